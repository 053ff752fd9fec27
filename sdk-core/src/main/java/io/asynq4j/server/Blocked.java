package io.asynq4j.server;

import io.asynq4j.spi.Settled;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Outcomes that cannot be written for a fault in their queue. They are tried again at a pace of their own, so that other
 * queues notice nothing; when there are too many, their queues are not fetched from. Used by the settler's turns only, but for
 * {@link #stops} and {@link #count}.
 */
final class Blocked {
    private static final Logger log = LoggerFactory.getLogger(Settler.class);
    private static final Duration PACE = Duration.ofSeconds(10);

    private final int limit;
    private final Timekeeper time;
    private final Runnable relieved;
    private final Deque<Decided> resting = new ArrayDeque<>(); // those that are not just being tried
    private final Map<String, Integer> counts = new ConcurrentHashMap<>(); // by queue, also of those that are
    private long nextTryNanos;
    private final AtomicInteger count = new AtomicInteger();

    /**
     * @param limit how many stop the fetching
     * @param relieved called when there are fewer again
     */
    Blocked(int limit, Timekeeper time, Runnable relieved) {
        this.limit = limit;
        this.time = time;
        this.relieved = relieved;
    }

    /** Keeps an outcome that was refused again, or for the first time. */
    void keep(Decided decided) {
        if (resting.isEmpty()) {
            nextTryNanos = time.nanoTime() + PACE.toNanos();
        }
        if (!decided.wasBlocked()) {
            counts.merge(decided.queue(), 1, Integer::sum);
            if (count.incrementAndGet() == limit) {
                log.warn("{} outcomes cannot be written: nothing is fetched from {}", limit, counts.keySet());
            }
        }
        resting.add(decided.after(Settled.BLOCKED));
    }

    /** Forgets an outcome that was kept here, and is not refused any more. */
    void leave(Decided decided) {
        counts.computeIfPresent(decided.queue(), (queue, before) -> before == 1 ? null : before - 1);
        if (count.getAndDecrement() == limit) {
            relieved.run();
        }
    }

    /** Takes out what is to be tried now. */
    void due(List<Decided> batch, int most) {
        if (!resting.isEmpty() && untilNext().isZero()) {
            while (batch.size() < most && !resting.isEmpty()) {
                batch.add(resting.poll());
            }
            nextTryNanos = time.nanoTime() + PACE.toNanos();
        }
    }

    /** How long until there is something to try. */
    Duration untilNext() {
        return resting.isEmpty() ? Loop.UNTIL_WOKEN : Duration.ofNanos(Math.max(0, nextTryNanos - time.nanoTime()));
    }

    /** Whether there are so many that no more tasks of {@code queue} should be started. */
    boolean stops(String queue) {
        return count.get() >= limit && counts.containsKey(queue);
    }

    int count() {
        return count.get();
    }
}
