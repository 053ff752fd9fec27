package io.asynq4j.spi;

import io.asynq4j.task.Overlap;
import java.time.Instant;

/**
 * A time at which a periodic entry is to make a task.
 *
 * @param planned the time, in whole seconds; of no meaning unless it is {@link Kind#DUE}
 * @param through up to when the entry is settled after that: {@code planned}, or later when this one stands for several
 * @param task to be stored if this is the first to ask
 */
public record Firing(
        PeriodicEntry entry, Kind kind, Instant planned, Instant through, Overlap overlap, Placement task) {
    /** Why a firing is asked for. */
    public enum Kind {
        /** The schedule says so. */
        DUE,
        /** Somebody wants it now, whatever the schedule says, and whether the entry is paused or not. */
        BY_HAND,
        /** An earlier one has left something over: a task that waits for the one before, or one that is to go. */
        REST;

        /** In lower case, as scripts know it. */
        public String word() {
            return switch (this) {
                case DUE -> "due";
                case BY_HAND -> "now";
                case REST -> "rest";
            };
        }
    }
}
