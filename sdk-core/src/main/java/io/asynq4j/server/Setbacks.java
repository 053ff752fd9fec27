package io.asynq4j.server;

import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which groups are left alone for a while since their aggregation has failed: for 1 s at first, then doubling up to a minute.
 * Safe for use by many threads.
 */
final class Setbacks {
    private static final int MOST_KEPT = 1_000;
    private static final int LAST_DOUBLING = 6;
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final Timekeeper time;
    private final Map<GroupKey, Setback> setbacks = new HashMap<>(); // guarded by this

    private record Setback(int failures, Instant until) {}

    Setbacks(Timekeeper time) {
        this.time = time;
    }

    /** Leaves a group alone, and answers for how long. */
    synchronized Duration failed(GroupKey group) {
        var before = setbacks.get(group);
        int failures = before == null ? 0 : before.failures();
        var wait = Duration.ofSeconds(1L << Math.min(failures, LAST_DOUBLING));
        wait = wait.compareTo(LONGEST) < 0 ? wait : LONGEST;
        var now = time.instant();
        if (setbacks.size() >= MOST_KEPT) {
            setbacks.values().removeIf(old -> old.until().isBefore(now));
        }
        setbacks.put(group, new Setback(failures + 1, now.plus(wait)));
        return wait;
    }

    synchronized void succeeded(GroupKey group) {
        setbacks.remove(group);
    }

    /** Until when a group is left alone; null when it is not. */
    synchronized @Nullable Instant until(GroupKey group) {
        var setback = setbacks.get(group);
        return setback == null || !setback.until().isAfter(time.instant()) ? null : setback.until();
    }
}
