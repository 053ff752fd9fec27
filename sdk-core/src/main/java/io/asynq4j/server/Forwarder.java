package io.asynq4j.server;

import io.asynq4j.spi.Upkeep;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.util.Collection;

/** Moves tasks whose time has come to pending. */
final class Forwarder implements Loop.Turn {
    private static final int BATCH = 100;

    private final Upkeep broker;
    private final Collection<String> queues;
    private final Duration interval;
    private final Timekeeper time;

    Forwarder(Upkeep broker, Settings settings, Timekeeper time) {
        this.broker = broker;
        this.queues = settings.queues().keySet();
        this.interval = settings.intervals().delayedCheck();
        this.time = time;
    }

    @Override
    public Duration runOnce() {
        var next = interval;
        for (var queue : queues) {
            var due = forward(queue);
            next = due.compareTo(next) < 0 ? due : next;
        }
        return next;
    }

    /** Moves all that is due, and answers how long until more is. */
    private Duration forward(String queue) {
        Upkeep.Forwarded forwarded;
        do {
            forwarded = broker.forward(queue, time.instant(), BATCH);
        } while (forwarded.moved() == BATCH);
        var due = forwarded.nextDue();
        return due == null ? interval : Duration.between(time.instant(), due);
    }
}
