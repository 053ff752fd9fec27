package io.asynq4j.spi;

import io.asynq4j.task.TaskException;
import org.jspecify.annotations.Nullable;

/**
 * What a firing came to.
 *
 * @param standing of its entry after that; null when it is not known
 * @param cancel the id of the entry's task that is to be asked to stop; null for none
 * @param failure why nothing is known; null unless the outcome is {@code BLOCKED} or {@code UNKNOWN}
 */
public record Fired(
        Outcome outcome,
        @Nullable Standing standing,
        @Nullable String cancel,
        @Nullable TaskException failure) {
    /** What became of the task. */
    public enum Outcome {
        /** It is stored. */
        STORED,
        /** Refused: its id is taken. The time is settled. */
        ID_TAKEN,
        /** Refused: its unique lock is held. The time is settled. */
        LOCK_HELD,
        /** Somebody had asked for this time or a later one before. */
        NOT_LATER,
        /** The entry is paused. The time is settled. */
        PAUSED,
        /** The task before is not finished, and the entry skips then. The time is settled. */
        SKIPPED,
        /** The task before is not finished: one is stored when it is. The time is settled. */
        BUFFERED,
        /** Nothing is left over, or it is not the time for it yet. */
        NOTHING,
        /** Refused, for a reason that lies in the keys of this entry or its queue: others may be well, and this one later. */
        BLOCKED,
        /** No answer, or a failure: it may be stored or not, and asking again is safe. */
        UNKNOWN
    }

    /** One of which nothing is known. */
    public static Fired unknown(TaskException why) {
        return new Fired(Outcome.UNKNOWN, null, null, why);
    }
}
