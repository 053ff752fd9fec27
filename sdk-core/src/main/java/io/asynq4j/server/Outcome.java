package io.asynq4j.server;

import io.asynq4j.handler.CancelReason;
import io.asynq4j.handler.TaskCancelledException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What one attempt at a task came to. Made by the runner, used up by the settler. */
sealed interface Outcome {
    /** What to tell people who want to know of failures; null where there is nothing to tell. */
    default @Nullable Throwable cause() {
        return null;
    }

    record Succeeded() implements Outcome {}

    /** The handler threw. Retried while retries are left, then archived. */
    record Failed(Throwable cause) implements Outcome {}

    /** The handler asked for no more retries: archived at once. */
    record Rejected(Throwable cause) implements Outcome {}

    /** The handler says that nobody wants the task any more: deleted, even if it has a retention. */
    record Revoked(Throwable cause) implements Outcome {}

    /** The handler says that it is too early: run again after the delay. Not a failure, and nothing is counted. */
    record Snoozed(Duration delay) implements Outcome {}

    /** The server is closing and took the task back. Not a failure: no retry is used up. */
    record Released() implements Outcome {}

    /** The task was somebody else's before the handler had ended. Nothing is written. */
    record Lost() implements Outcome {
        @Override
        public Throwable cause() {
            return new TaskCancelledException(CancelReason.LEASE_LOST);
        }
    }
}
