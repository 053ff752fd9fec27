package io.asynq4j.schedule;

import io.asynq4j.spi.Broker;
import io.asynq4j.spi.SchedulerEntry;
import io.asynq4j.spi.SchedulerInfo;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows the scheduler's entries to others now and then, and compares its clock with the broker's. Used by one thread. */
final class Beat {
    private static final Logger log = LoggerFactory.getLogger(Scheduler.class);
    private static final Duration WRONG = Duration.ofSeconds(2);

    /** As asynq has it: by the next time, and those that have none at the end. */
    private static final Comparator<SchedulerEntry> BY_NEXT =
            Comparator.comparing(SchedulerEntry::next, Comparator.nullsLast(Comparator.<Instant>naturalOrder()));

    private final Broker broker;
    private final SchedulerInfo scheduler;
    private final Supplier<Collection<Entry>> entries;
    private final Duration interval;
    private final Timekeeper time;
    private @Nullable Long lastNanos;
    private boolean warned;

    Beat(
            Broker broker,
            SchedulerInfo scheduler,
            Supplier<Collection<Entry>> entries,
            Duration interval,
            Timekeeper time) {
        this.broker = broker;
        this.scheduler = scheduler;
        this.entries = entries;
        this.interval = interval;
        this.time = time;
    }

    /**
     * Shows the entries if it is time to.
     *
     * @return how long until it is time again
     */
    Duration beatIfDue() {
        long now = time.nanoTime();
        var left = lastNanos == null ? Duration.ZERO : interval.minusNanos(now - lastNanos);
        if (left.compareTo(Duration.ZERO) > 0) {
            return left;
        }
        var shown = entries.get().stream().map(Entry::shown).sorted(BY_NEXT).toList();
        broker.announceScheduler(scheduler, shown, time.instant(), interval.multipliedBy(2));
        lastNanos = now;
        compareClocks();
        return interval;
    }

    void end() {
        broker.leaveScheduler(scheduler);
    }

    private void compareClocks() {
        var ahead = Duration.between(broker.clock(), time.instant());
        boolean wrong = ahead.abs().compareTo(WRONG) > 0;
        if (wrong && !warned) {
            log.warn("this clock is {} ms ahead of the broker's: periodic tasks are as wrong", ahead.toMillis());
        }
        warned = wrong;
    }
}
