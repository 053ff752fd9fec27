package io.asynq4j.handler;

import io.asynq4j.task.TaskInfo;

/**
 * Told how attempts have ended, once the broker has confirmed it; for metrics, alarms and the like. What was written but not
 * confirmed, and what other servers do, is not told.
 *
 * <p>Called on one thread of the server's own, in order, beside the work: a slow listener delays nobody. When 1,000 ends wait
 * to be told, further ones are dropped and counted in the log. Exceptions are logged.
 */
public interface TaskListener {
    /** {@code task} has succeeded; it is kept only if it has a retention. Revoked and snoozed tasks are not told. */
    default void completed(TaskInfo task) {}

    /** {@code task} has failed and is tried again at its next process time. */
    default void retried(TaskInfo task, Throwable failure) {}

    /** {@code task} has failed for good. */
    default void archived(TaskInfo task, Throwable failure) {}
}
