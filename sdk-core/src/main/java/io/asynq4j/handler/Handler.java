package io.asynq4j.handler;

/**
 * Does the work of a task on the calling thread; returning is success, throwing is failure.
 *
 * <p>Called by many threads at once. The thread is interrupted when the attempt is cancelled: past its deadline, by an
 * operator, at shutdown, or because the lease was lost. A handler that starts work elsewhere and returns is acknowledged
 * before that work is done: answer its stage from an {@link AsyncHandler} instead.
 */
@FunctionalInterface
public interface Handler<T> {
    /**
     * Works on {@code value}. May throw anything; {@link SkipRetryException}, {@link RevokeTaskException} and
     * {@link SnoozeException} have a meaning of their own.
     */
    void handle(T value, TaskContext context) throws Exception;
}
