package io.asynq4j.redis;

import io.asynq4j.redis.keys.Keys;
import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.wire.Wire;
import io.asynq4j.spi.ArchiveLimits;
import io.asynq4j.spi.Ending;
import io.asynq4j.spi.Seconds;
import io.asynq4j.spi.TaskMessage;
import io.asynq4j.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Some attempts at tasks of one queue that have ended, on their way into one call of the script. */
final class SettleChunk {
    /** How many archived tasks one call of the script deletes. */
    static final int MOST_TRIMMED = 500;

    private static final Duration COUNTERS_KEPT = Duration.ofDays(90);
    private static final int MOST_TASKS = 200;
    private static final int MOST_BYTES = 1 << 20;
    private static final byte[] NOTHING = new byte[0];

    private final String queue;
    private final Instant now;
    private final Call.Builder call;
    private final List<Integer> positions = new ArrayList<>();
    private int bytes;
    private final List<String> archivedIds = new ArrayList<>();
    private ArchiveLimits limits = ArchiveLimits.DEFAULT; // those of the last one archived: a server has but one

    SettleChunk(String queue, @Nullable Instant cutoff, Instant now) {
        this.queue = queue;
        this.now = now;
        this.call = Call.of(Scripts.SETTLE)
                .key(Keys.active(queue))
                .key(Keys.lease(queue))
                .key(Keys.pending(queue))
                .key(Keys.retry(queue))
                .key(Keys.archived(queue))
                .key(Keys.completed(queue))
                .key(Keys.processed(queue))
                .key(Keys.failed(queue))
                .key(Keys.processed(queue, now))
                .key(Keys.failed(queue, now))
                .key(Keys.scheduled(queue))
                .arg(Keys.taskPrefix(queue))
                .arg(Nanos.unix(now))
                .arg(now.plus(COUNTERS_KEPT).getEpochSecond())
                .arg(cutoff == null ? "" : Long.toString(cutoff.getEpochSecond()));
    }

    String queue() {
        return queue;
    }

    boolean isFull() {
        return positions.size() >= MOST_TASKS || bytes >= MOST_BYTES;
    }

    /** Takes an attempt in, which has {@code position} among all that are settled. */
    void add(int position, Ending ending) {
        positions.add(position);
        var message = ending.lease().message();
        if (ending instanceof Ending.Done) {
            done(ending, isOurs(message.uniqueKey()));
        } else if (ending instanceof Ending.Completed) {
            var record = message.withProgress(message.progress().completed(now));
            long until = Seconds.up(now) + message.limits().retentionSeconds();
            add(ending, TaskState.COMPLETED.word(), Wire.encode(record), until, false, message.uniqueKey());
        } else if (ending instanceof Ending.Retried retried) {
            var record = failed(message, retried.error(), retried.counted());
            long due = Seconds.up(retried.due());
            add(ending, TaskState.RETRY.word(), Wire.encode(record), due, retried.counted(), "");
        } else if (ending instanceof Ending.Archived archived) {
            archivedIds.add(ending.lease().id());
            limits = archived.limits();
            var record = failed(message, archived.error(), false);
            add(ending, TaskState.ARCHIVED.word(), Wire.encode(record), now.getEpochSecond(), true, "");
        } else if (ending instanceof Ending.Snoozed snoozed) {
            add(ending, TaskState.SCHEDULED.word(), NOTHING, Seconds.up(snoozed.due()), false, "");
        } else if (ending instanceof Ending.Released) {
            add(ending, TaskState.PENDING.word(), NOTHING, 0, false, "");
        } else {
            throw new AssertionError(ending);
        }
    }

    /** Where the attempts are among all that are settled, in the order of the script's answers. */
    List<Integer> positions() {
        return positions;
    }

    Call call() {
        return call.build();
    }

    /** Keeps the archive within its limits, where this may have overfilled it; what this archives stays. */
    Optional<Call> trim() {
        return archivedIds.isEmpty()
                ? Optional.empty()
                : Optional.of(RedisUpkeep.trim(queue, limits, now, MOST_TRIMMED, archivedIds));
    }

    private TaskMessage failed(TaskMessage message, String error, boolean counted) {
        return message.withProgress(message.progress().failed(error, now, counted));
    }

    /** Without a lock there is nothing to tell but the attempt, which is how most end. */
    private void done(Ending ending, boolean locked) {
        if (locked) {
            add(ending, "deleted", NOTHING, 0, false, ending.lease().message().uniqueKey());
        } else {
            call.arg(NOTHING).arg(ending.lease().id()).arg(ending.lease().attempt());
        }
    }

    private void add(Ending ending, String state, byte[] message, long score, boolean failed, String lock) {
        call.arg(state)
                .arg(ending.lease().id())
                .arg(ending.lease().attempt())
                .arg(message)
                .arg(score)
                .arg(failed ? 1 : 0)
                .arg(isOurs(lock) ? lock : "");
        bytes += message.length;
    }

    /** The name of the lock comes from the record, which anybody may have written. */
    private boolean isOurs(String lock) {
        return lock.startsWith(Keys.prefix(queue) + "unique:");
    }
}
