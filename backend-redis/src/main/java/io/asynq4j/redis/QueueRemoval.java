package io.asynq4j.redis;

import io.asynq4j.redis.keys.Keys;
import io.asynq4j.redis.port.Call;
import io.asynq4j.spi.Inspection;
import io.asynq4j.spi.Inspection.Removal;
import io.asynq4j.spi.Steps;
import io.asynq4j.task.QueueNotEmptyException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Removes queues, some hundred of their tasks in one step. */
final class QueueRemoval {
    private static final int MOST_TASKS = 100;
    private static final int DAYS = 92; // for which days are counted, and one more on each side for clocks that differ
    private static final int GONE = 1;
    private static final int HAS_TASKS = -1;
    private static final int HAS_ACTIVE_TASKS = -2;

    private final Asking asking;

    QueueRemoval(Asking asking) {
        this.asking = asking;
    }

    /** See {@link Inspection#remove}. */
    CompletionStage<Removal> remove(String queue, boolean force, int limit, Instant now) {
        var deleted = new int[] {0}; // one round after the other
        var gone = new boolean[] {false};
        return asking.known(queue)
                .thenCompose(known -> Steps.taken(() -> {
                    int wanted = Math.min(limit - deleted[0], MOST_TASKS);
                    if (wanted == 0) {
                        return CompletableFuture.completedFuture(false);
                    }
                    return asking.one(call(queue, force, wanted, now)).thenApply(reply -> {
                        int status = (int) reply.items().get(0).integer();
                        if (status == HAS_TASKS || status == HAS_ACTIVE_TASKS) {
                            throw new QueueNotEmptyException(queue, status == HAS_ACTIVE_TASKS);
                        }
                        deleted[0] += (int) reply.items().get(1).integer();
                        gone[0] = status == GONE;
                        return !gone[0];
                    });
                }))
                .thenCompose(over -> gone[0] ? forgotten(queue) : CompletableFuture.completedFuture(0L))
                .thenApply(over -> new Removal(deleted[0], gone[0]));
    }

    /** Comes last: until then the queue can be seen, and be removed again. */
    private CompletionStage<Long> forgotten(String queue) {
        return asking.one(Call.of("SREM").key(Keys.QUEUES).arg(queue).build()).thenApply(reply -> reply.integer());
    }

    private static Call call(String queue, boolean force, int limit, Instant now) {
        var call = Call.of(Scripts.REMOVE_QUEUE)
                .key(Keys.pending(queue))
                .key(Keys.active(queue))
                .key(Keys.scheduled(queue))
                .key(Keys.retry(queue))
                .key(Keys.archived(queue))
                .key(Keys.completed(queue))
                .key(Keys.groups(queue))
                .key(Keys.aggregationSets(queue))
                .key(Keys.aggregated(queue))
                .key(Keys.paused(queue))
                .key(Keys.periodic(queue))
                .key(Keys.lease(queue))
                .key(Keys.processed(queue))
                .key(Keys.failed(queue));
        var tomorrow = LocalDate.ofInstant(now, ZoneOffset.UTC).plusDays(1);
        for (int back = 0; back <= DAYS; back++) {
            call.key(Keys.processed(queue, tomorrow.minusDays(back)));
            call.key(Keys.failed(queue, tomorrow.minusDays(back)));
        }
        return call.arg(Keys.prefix(queue))
                .arg(force ? 1 : 0)
                .arg(limit)
                .arg(now.getEpochSecond())
                .build();
    }
}
