package io.asynq4j.testing;

import io.asynq4j.handler.TaskContext;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Notices tasks that enqueue themselves for ever. Used by the thread that moves time. */
final class LoopGuard {
    private final InstantSource time;
    private final int most;
    private final Map<String, Integer> tries = new HashMap<>();
    private Instant since;
    private int allowed;
    private boolean acrossTime;
    private @Nullable String tripped;

    /** @param most first tries of one type, beyond the tasks that were there already */
    LoopGuard(InstantSource time, int most) {
        this.time = time;
        this.most = most;
        this.since = time.instant();
        this.allowed = most;
    }

    /**
     * Begins to count.
     *
     * @param there how many tasks wait to be run
     * @param acrossTime whether to go on counting when time moves
     */
    void begin(int there, boolean acrossTime) {
        tries.clear();
        tripped = null;
        since = time.instant();
        allowed = (int) Math.min(Integer.MAX_VALUE, (long) most + there);
        this.acrossTime = acrossTime;
    }

    /** Counts a try. Retries are not counted, since each task has only so many; but those that use none up are. */
    void count(TaskContext context) {
        var now = time.instant();
        if (!acrossTime && !now.equals(since)) {
            since = now;
            tries.clear();
        }
        if (context.retried() == 0 && tries.merge(context.type(), 1, Integer::sum) > allowed) {
            tripped = context.type();
        }
    }

    /** @throws IllegalStateException when a type was tried too often */
    void check() {
        var type = tripped;
        if (type != null) {
            var count = tries.get(type);
            tripped = null;
            throw new IllegalStateException("tasks of type \"" + type + "\" were run " + count + " times "
                    + (acrossTime ? "and there are still more" : "at " + time.instant() + " without time moving")
                    + ": do they enqueue one another for ever? The limit is mostRuns of the builder");
        }
    }
}
