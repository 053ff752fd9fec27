package io.asynq4j.inspect;

import io.asynq4j.spi.Change;
import io.asynq4j.task.TaskNotFoundException;
import io.asynq4j.task.TaskStateException;

/** What a change of one task came to, as its caller is told. */
final class Outcomes {
    private Outcomes() {}

    /** Nothing when the change was made; otherwise throws what hindered. */
    static void check(String queue, String id, Change change, Change.Outcome outcome) {
        switch (outcome) {
            case DONE -> {}
            case NOT_FOUND -> throw new TaskNotFoundException(queue, id);
            case ACTIVE ->
                throw new TaskStateException(queue, id, "is being worked on; ask for its cancellation instead");
            case THERE_ALREADY ->
                throw new TaskStateException(
                        queue, id, change == Change.ARCHIVE ? "is archived already" : "is pending already");
            case WRONG_STATE -> throw new TaskStateException(queue, id, "is in a state that does not allow it");
        }
    }
}
