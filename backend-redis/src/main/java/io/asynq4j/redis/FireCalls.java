package io.asynq4j.redis;

import io.asynq4j.redis.keys.Keys;
import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.Reply;
import io.asynq4j.spi.Fired;
import io.asynq4j.spi.Fired.Outcome;
import io.asynq4j.spi.Firing;
import io.asynq4j.spi.Seconds;
import io.asynq4j.spi.Standing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Firings as calls of their script, and its replies. */
final class FireCalls {
    private FireCalls() {}

    /** One that makes the queues known, which others may have removed, and then one for each firing. */
    static List<Call> of(List<Firing> firings) {
        var calls = new ArrayList<Call>(firings.size() + 1);
        var queues = Call.of("SADD").key(Keys.QUEUES);
        firings.stream().map(firing -> firing.entry().queue()).distinct().forEach(queues::arg);
        calls.add(queues.build());
        firings.forEach(firing -> calls.add(call(firing)));
        return calls;
    }

    private static Call call(Firing firing) {
        var queue = firing.entry().queue();
        var call = Call.of(Scripts.FIRE)
                .key(Keys.periodic(queue, firing.entry().id()))
                .key(Keys.pending(queue))
                .key(Keys.scheduled(queue))
                .key(Keys.retry(queue))
                .key(Keys.groups(queue))
                .key(Keys.periodic(queue))
                .arg(Keys.taskPrefix(queue))
                .arg(Keys.groupPrefix(queue))
                .arg(firing.kind().word())
                .arg(firing.planned().getEpochSecond())
                .arg(firing.through().getEpochSecond())
                .arg(firing.overlap().word())
                .arg(Seconds.up(firing.entry().keep()));
        SubmitChunk.append(firing.task(), call);
        return call.build();
    }

    static Fired fired(Reply reply) {
        if (reply instanceof Reply.Failed failed) {
            return isBlocked(reply)
                    ? new Fired(Outcome.BLOCKED, null, null, Redis.unavailable(failed))
                    : Fired.unknown(Redis.unavailable(failed));
        }
        var items = reply.items();
        var cancel = items.get(4).text();
        return new Fired(
                outcome((int) items.get(0).integer()),
                standing(items.get(1), items.get(2), items.get(3), items.get(5)),
                cancel.isEmpty() ? null : cancel,
                null);
    }

    /** Whether the keys of one entry or its queue are the reason. */
    static boolean isBlocked(Reply reply) {
        return reply instanceof Reply.Failed failed && failed.answered() && RedisError.isOfOneQueue(failed.message());
    }

    static Standing standing(Reply last, Reply task, Reply leftOver, Reply paused) {
        return new Standing(
                Instant.ofEpochSecond(Long.parseLong(last.text())),
                task.text().isEmpty() ? null : task.text(),
                leftOver.integer() == 1,
                paused.integer() == 1);
    }

    private static Outcome outcome(int number) {
        return switch (number) {
            case 1 -> Outcome.STORED;
            case 0 -> Outcome.ID_TAKEN;
            case -1 -> Outcome.LOCK_HELD;
            case 2 -> Outcome.NOT_LATER;
            case 3 -> Outcome.PAUSED;
            case 4 -> Outcome.SKIPPED;
            case 5 -> Outcome.BUFFERED;
            default -> Outcome.NOTHING;
        };
    }
}
