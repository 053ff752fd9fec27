package io.asynq4j.schedule;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A periodic task of a scheduler, as it was at one moment.
 *
 * @param id the same in all schedulers, and after restarts
 * @param next when it falls due; null for never, and before the scheduler has asked the broker for the first time
 * @param previous when it last fell due, whichever scheduler saw to it; null for never
 * @param paused as far as this scheduler has heard
 */
public record ScheduledEntry(
        String id,
        PeriodicTask periodic,
        @Nullable Instant next,
        @Nullable Instant previous,
        boolean paused) {}
