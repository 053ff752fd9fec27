package io.asynq4j.redis;

import io.asynq4j.redis.keys.Keys;
import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.RedisPort;
import io.asynq4j.redis.port.Reply;
import io.asynq4j.redis.port.Watch;
import io.asynq4j.redis.port.Watcher;
import io.asynq4j.spi.Await;
import io.asynq4j.spi.WakeUps;
import io.asynq4j.task.BrokerUnavailableException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks at what is pending and what is due in such a way that Redis tells of the next change.
 *
 * <p>Looking is a step of its own and not part of fetching: Redis watches what a script reads, or even all keys that it is
 * given (6.2), and a fetch reads and writes keys whose every change would wake us.
 */
final class RedisWatch implements WakeUps.Watch {
    private final Watch watch;
    private final boolean cluster;

    private RedisWatch(Watch watch, boolean cluster) {
        this.watch = watch;
        this.cluster = cluster;
    }

    static RedisWatch of(RedisPort port, Runnable pending, Runnable due) {
        return new RedisWatch(port.watch(new Told(pending, due)), port.isCluster());
    }

    @Override
    public WakeUps.Outlook pending(Collection<String> queues) {
        var replies = read(calls(queues, RedisWatch::lookPending));
        if (replies.stream().anyMatch(reply -> reply instanceof Reply.Int number && number.value() > 0)) {
            return WakeUps.Outlook.SOMETHING;
        }
        return isComplete(replies) ? WakeUps.Outlook.NOTHING : WakeUps.Outlook.UNTOLD;
    }

    @Override
    public Optional<Map<String, Instant>> due(Collection<String> queues) {
        var replies = read(calls(queues, RedisWatch::lookDue));
        if (!isComplete(replies)) {
            return Optional.empty();
        }
        var times = replies.stream().flatMap(reply -> reply.items().stream()).iterator();
        var due = new HashMap<String, Instant>();
        for (var queue : queues) {
            var time = Scores.instant(times.next());
            if (time != null) {
                due.put(queue, time);
            }
        }
        return Optional.of(due);
    }

    @Override
    public void close() {
        watch.close();
    }

    private List<Reply> read(List<Call> calls) {
        try {
            return Await.answer(watch.read(calls));
        } catch (BrokerUnavailableException interrupted) {
            return List.of();
        }
    }

    /** Who is told of some queues only, and will be, has to look at the others as before. */
    private static boolean isComplete(List<Reply> replies) {
        return !replies.isEmpty() && replies.stream().noneMatch(Reply.Failed.class::isInstance);
    }

    private List<Call> calls(Collection<String> queues, Looking look) {
        return cluster ? queues.stream().map(queue -> look.at(List.of(queue))).toList() : List.of(look.at(queues));
    }

    private static Call lookPending(Collection<String> queues) {
        var call = Call.of(Scripts.LOOK_PENDING);
        queues.forEach(queue -> call.key(Keys.pending(queue)).key(Keys.paused(queue)));
        return call.build();
    }

    private static Call lookDue(Collection<String> queues) {
        var call = Call.of(Scripts.LOOK_DUE);
        queues.forEach(queue -> call.key(Keys.scheduled(queue)).key(Keys.retry(queue)));
        return call.build();
    }

    private interface Looking {
        Call at(Collection<String> queues);
    }

    /** Sorts changes of keys by what they mean. */
    private record Told(Runnable pending, Runnable due) implements Watcher {
        @Override
        public void changed(String key) {
            (Keys.isOfWaiting(key) ? due : pending).run();
        }

        @Override
        public void reset() {
            due.run();
            pending.run();
        }
    }
}
