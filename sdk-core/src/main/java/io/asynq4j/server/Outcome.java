package io.asynq4j.server;

import java.time.Duration;

/** What one attempt at a task came to. Made by the runner, used up by the settler. */
sealed interface Outcome {
    record Succeeded() implements Outcome {}

    /** The handler threw. Retried while retries are left, then archived. */
    record Failed(Throwable cause) implements Outcome {}

    /** The handler asked for no more retries: archived at once. */
    record Rejected(Throwable cause) implements Outcome {}

    /** The handler says that nobody wants the task any more: deleted, even if it has a retention. */
    record Revoked() implements Outcome {}

    /** The handler says that it is too early: run again after the delay. Not a failure, and nothing is counted. */
    record Snoozed(Duration delay) implements Outcome {}

    /** The server is closing and took the task back. Not a failure: no retry is used up. */
    record Released() implements Outcome {}

    /** The task was somebody else's before the handler had ended. Nothing is written. */
    record Lost() implements Outcome {}
}
