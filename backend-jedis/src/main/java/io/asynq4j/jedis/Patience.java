package io.asynq4j.jedis;

import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Gives up on flushes that take too long, with one timer for all of them: a timer for each would wake the timer's thread each
 * time, which took longer than the rest of a call. Safe for use by many threads.
 */
final class Patience {
    private final long nanos;
    private final String late;
    private final Timekeeper time;
    private final Map<Flush, Long> begun = new ConcurrentHashMap<>(); // and when, in nanoseconds
    private final AtomicBoolean set = new AtomicBoolean();

    Patience(int millis, Timekeeper time) {
        this.nanos = TimeUnit.MILLISECONDS.toNanos(millis);
        this.late = "no reply within " + millis + " ms";
        this.time = time;
    }

    void begin(Flush flush) {
        begun.put(flush, time.nanoTime());
        if (!set.get()) {
            set(nanos);
        }
    }

    void end(Flush flush) {
        begun.remove(flush);
    }

    /** Gives up on all that are under way. */
    void cut(String because) {
        begun.keySet().forEach(flush -> flush.cut(because));
    }

    private void set(long wait) {
        if (set.compareAndSet(false, true)) {
            time.after(Duration.ofNanos(wait), this::look);
        }
    }

    /** The timer is not set again while nothing is under way, and no earlier than the first can be late. */
    private void look() {
        set.set(false); // first, so that whoever is not seen below sets the timer itself
        long now = time.nanoTime();
        long first = Long.MAX_VALUE;
        for (var flush : begun.entrySet()) {
            long left = flush.getValue() + nanos - now;
            if (left <= 0) {
                flush.getKey().cut(late);
            } else {
                first = Math.min(first, left);
            }
        }
        if (first < Long.MAX_VALUE) {
            set(first);
        }
    }
}
