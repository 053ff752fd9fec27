package io.asynq4j.server;

import io.asynq4j.spi.Upkeep;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.util.function.IntSupplier;

/** Deletes what is over, completed and archived, and mends what others have broken. */
final class Janitor implements Loop.Turn {
    private static final int MOST_LOOKED_AT = 1_000;

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
        int batch = settings.intervals().janitorBatch();
        for (var queue : settings.queues().keySet()) {
            inBatches(batch, () -> broker.deleteExpired(queue, time.instant(), batch));
            inBatches(batch, () -> broker.trimArchive(queue, settings.archive(), time.instant(), batch));
            broker.repair(queue, time.instant(), MOST_LOOKED_AT);
        }
        return settings.intervals().janitor();
    }

    private static void inBatches(int batch, IntSupplier delete) {
        int deleted;
        do {
            deleted = delete.getAsInt();
        } while (deleted == batch);
    }
}
