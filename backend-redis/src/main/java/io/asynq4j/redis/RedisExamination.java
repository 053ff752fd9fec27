package io.asynq4j.redis;

import io.asynq4j.redis.keys.Keys;
import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.RedisPort;
import io.asynq4j.redis.port.Reply;
import io.asynq4j.spi.Examination;
import io.asynq4j.spi.Finding;
import io.asynq4j.spi.Steps;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;

/** Finding what is wrong in Redis: first place by place, then key by key, since what is in no place is found by its key only. */
final class RedisExamination implements Examination {
    private final Asking asking;

    RedisExamination(RedisPort port) {
        this.asking = new Asking(port);
    }

    @Override
    public CompletionStage<List<Finding>> examine(String queue, LongConsumer looked, Instant now) {
        var rounds = new ExaminedQueue(asking, queue, looked, now);
        return asking.known(queue)
                .thenCompose(known -> rounds.places())
                .thenCompose(over -> rounds.keys())
                .thenApply(over -> rounds.findings());
    }

    @Override
    public CompletionStage<Boolean> mend(Finding finding, Instant now) {
        var queue = finding.queue();
        return switch (finding.ailment()) {
            case DANGLING_ID, MISPLACED, NO_LEASE ->
                mended(ExaminedPlace.read(queue, finding.place()).mend(finding.subject(), now));
            case LOST_TASK -> mended(record(queue, finding.subject(), now, true));
            case LEAKED_LOCK -> mended(lock(queue, finding.subject(), true));
            case LOST_GROUP -> group(queue, finding.subject());
            case FOREIGN_KEY, CLOCK, SETUP -> CompletableFuture.completedFuture(false);
        };
    }

    private CompletionStage<Boolean> mended(Call call) {
        return asking.one(call).thenApply(RedisExamination::isSo);
    }

    /** Mends a group until there is nothing left of it to mend. */
    private CompletionStage<Boolean> group(String queue, String subject) {
        var mended = new boolean[1]; // by one round after the other
        return Steps.taken(() -> mended(group(queue, subject, true)).thenApply(more -> {
                    mended[0] |= more;
                    return more;
                }))
                .thenApply(over -> mended[0]);
    }

    static Call record(String queue, String id, Instant now, boolean mend) {
        return Call.of(Scripts.EXAMINE_RECORD)
                .key(Keys.task(queue, id))
                .key(Keys.lease(queue))
                .key(Keys.groups(queue))
                .key(Keys.aggregationSets(queue))
                .key(Keys.aggregated(queue))
                .arg(id)
                .arg(Keys.prefix(queue))
                .arg(now.getEpochSecond())
                .arg(Nanos.unix(now))
                .arg(mend ? 1 : 0)
                .build();
    }

    /** @param subject what follows the name of the lock's kind in its key */
    static Call lock(String queue, String subject, boolean mend) {
        return Call.of(Scripts.EXAMINE_LOCK)
                .key(Keys.uniquePrefix(queue) + subject)
                .arg(Keys.taskPrefix(queue))
                .arg(mend ? 1 : 0)
                .build();
    }

    static Call group(String queue, String subject, boolean mend) {
        return Call.of(Scripts.EXAMINE_GROUP)
                .key(Keys.group(queue, subject))
                .key(Keys.groups(queue))
                .key(Keys.aggregationSets(queue))
                .arg(Keys.taskPrefix(queue))
                .arg(Keys.groupPrefix(queue))
                .arg(ExaminedQueue.CHUNK)
                .arg(mend ? 1 : 0)
                .build();
    }

    static boolean isSo(Reply reply) {
        return reply.integer() == 1;
    }
}
