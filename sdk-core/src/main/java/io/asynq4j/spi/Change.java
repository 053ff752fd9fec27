package io.asynq4j.spi;

import io.asynq4j.task.TaskState;
import java.util.Locale;

/** What a person does to tasks that nobody works on. */
public enum Change {
    /** To pending, behind those that wait there. */
    RUN,
    /** To the archive, which is kept within its usual limits. */
    ARCHIVE,
    /** Away, with its unique lock. */
    DELETE;

    /**
     * Refuses what makes no sense: to change tasks that are being worked on, and to put tasks where they are.
     *
     * @throws IllegalArgumentException when this cannot be done to the tasks of {@code shelf}
     */
    public void checkFor(Shelf shelf) {
        var state = shelf.state();
        if (state == TaskState.ACTIVE
                || (this == RUN && state == TaskState.PENDING)
                || (this == ARCHIVE && state == TaskState.ARCHIVED)) {
            throw new IllegalArgumentException(
                    "there is no way to " + name().toLowerCase(Locale.ROOT) + " all " + state.word() + " tasks");
        }
    }

    /** What became of one task. */
    public enum Outcome {
        DONE,
        /** There is no such task. */
        NOT_FOUND,
        /** It is being worked on; asking for its cancellation is the way. */
        ACTIVE,
        /** It is where it was to go. */
        THERE_ALREADY,
        /** Its state does not allow it, or its record says one state while it lies elsewhere. */
        WRONG_STATE
    }
}
