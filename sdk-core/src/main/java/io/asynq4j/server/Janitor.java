package io.asynq4j.server;

import io.asynq4j.spi.Upkeep;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;

/** Deletes completed tasks whose retention is over. */
final class Janitor implements Loop.Turn {
    private final Upkeep broker;
    private final Settings settings;
    private final Timekeeper time;

    Janitor(Upkeep broker, Settings settings, Timekeeper time) {
        this.broker = broker;
        this.settings = settings;
        this.time = time;
    }

    @Override
    public Duration runOnce() {
        int batch = settings.janitorBatch();
        for (var queue : settings.queues().keySet()) {
            int deleted;
            do {
                deleted = broker.deleteExpired(queue, time.instant(), batch);
            } while (deleted == batch);
        }
        return settings.janitorInterval();
    }
}
