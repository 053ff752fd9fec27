package io.asynq4j.handler;

import io.asynq4j.task.Task;

/**
 * Told of every attempt that failed, before anything is decided or written of it: for error trackers. Also of those that
 * ended in {@link SkipRetryException} or {@link RevokeTaskException}, overran their deadline, were cancelled, or lost their
 * lease; not of those that were snoozed or given back at shutdown.
 *
 * <p>Called by many threads at once: the one the handler has ended on, usually. The outcome waits until this returns, so it
 * should be quick. What it throws is logged and changes nothing.
 */
@FunctionalInterface
public interface ErrorHandler {
    /**
     * Takes notice.
     *
     * @param task as the handler was given it
     * @param context of the attempt, which may be over
     * @param failure what the handler threw, or why it was cancelled
     */
    void handle(Task task, TaskContext context, Throwable failure);
}
