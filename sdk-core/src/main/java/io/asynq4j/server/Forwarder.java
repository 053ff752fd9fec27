package io.asynq4j.server;

import io.asynq4j.spi.Upkeep;
import io.asynq4j.spi.WakeUps;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;

/**
 * Moves tasks whose time has come to pending. Sleeps until the earliest is due, and is woken when an earlier one comes; where
 * nobody tells, it looks now and then.
 */
final class Forwarder implements Loop.Turn {
    private static final int BATCH = 500; // Redis takes between one and two milliseconds for them

    private final Upkeep broker;
    private final WakeUps.Watch watch;
    private final Collection<String> queues;
    private final Duration interval;
    private final Runnable forwarded;
    private final Timekeeper time;

    /** Nothing can be due before that which was not due at the last look. Used by turns only. */
    private Instant nothingBefore = Instant.MIN;

    /** @param forwarded called when tasks have become pending */
    Forwarder(Upkeep broker, WakeUps.Watch watch, Settings settings, Timekeeper time, Runnable forwarded) {
        this.broker = broker;
        this.watch = watch;
        this.queues = settings.queues().keySet();
        this.interval = settings.intervals().delayedCheck();
        this.time = time;
        this.forwarded = forwarded;
    }

    @Override
    public Duration runOnce() {
        var now = time.instant();
        if (now.isBefore(nothingBefore)) {
            return Duration.between(
                    now, nothingBefore); // however many tasks are scheduled in one second, it is one look
        }
        var due = watch.due(queues);
        if (due.isEmpty()) {
            nothingBefore = Instant.MIN;
            return forward(queues, interval);
        }
        var next = Loop.UNTIL_WOKEN;
        for (var earliest : due.get().entrySet()) {
            var wait = Duration.between(now, earliest.getValue());
            if (wait.isZero() || wait.isNegative()) {
                wait = forward(earliest.getKey());
            }
            next = min(next, wait);
        }
        nothingBefore = now.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1); // tasks are due at whole seconds
        return next;
    }

    private Duration forward(Collection<String> queues, Duration next) {
        for (var queue : queues) {
            next = min(next, forward(queue));
        }
        return next;
    }

    /** Moves all that is due, and answers how long until more is. */
    private Duration forward(String queue) {
        Upkeep.Forwarded moved;
        do {
            moved = broker.forward(queue, time.instant(), BATCH);
            if (moved.moved() > 0) {
                forwarded.run();
            }
        } while (moved.moved() == BATCH);
        var due = moved.nextDue();
        return due == null ? Loop.UNTIL_WOKEN : Duration.between(time.instant(), due);
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
