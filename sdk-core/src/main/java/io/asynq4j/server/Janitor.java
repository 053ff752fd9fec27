package io.asynq4j.server;

import io.asynq4j.spi.Upkeep;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntSupplier;

/**
 * Deletes what is over, completed and archived, and mends what others have broken. Where it finds nothing time after time, it
 * comes by less often, down to every eighth time.
 */
final class Janitor implements Loop.Turn {
    private static final int MOST_LOOKED_AT = 1_000;
    private static final int MOST_SKIPPED = 7;

    private final Upkeep broker;
    private final Settings settings;
    private final Timekeeper time;
    private final Map<String, Rest> rests = new HashMap<>(); // of queues where nothing was found; used by turns only

    /**
     * How a queue is left alone.
     *
     * @param length how many turns will be skipped after the next one that finds nothing
     * @param left how many of them are still to be skipped now
     */
    private record Rest(int length, int left) {
        static final Rest NONE = new Rest(3, 0);

        Rest skipped() {
            return new Rest(length, left - 1);
        }

        Rest longer() {
            return new Rest(Math.min(2 * length + 1, MOST_SKIPPED), length);
        }
    }

    Janitor(Upkeep broker, Settings settings, Timekeeper time) {
        this.broker = broker;
        this.settings = settings;
        this.time = time;
    }

    @Override
    public Duration runOnce() {
        for (var queue : settings.queues().keySet()) {
            var rest = rests.getOrDefault(queue, Rest.NONE);
            if (rest.left() > 0) {
                rests.put(queue, rest.skipped());
            } else {
                rests.put(queue, clean(queue) ? Rest.NONE : rest.longer());
            }
        }
        return settings.intervals().janitor();
    }

    /** Answers whether there was anything to do. */
    private boolean clean(String queue) {
        int batch = settings.intervals().janitorBatch();
        int done = inBatches(batch, () -> broker.deleteExpired(queue, time.instant(), batch));
        done += inBatches(batch, () -> broker.trimArchive(queue, settings.archive(), time.instant(), batch));
        return done + broker.repair(queue, time.instant(), MOST_LOOKED_AT) > 0;
    }

    private static int inBatches(int batch, IntSupplier delete) {
        int all = 0;
        int deleted;
        do {
            deleted = delete.getAsInt();
            all += deleted;
        } while (deleted == batch);
        return all;
    }
}
