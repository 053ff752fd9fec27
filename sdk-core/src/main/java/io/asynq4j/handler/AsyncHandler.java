package io.asynq4j.handler;

import java.util.concurrent.CompletionStage;

/**
 * Starts the work of a task and answers a stage that ends with it: its failure is the attempt's failure, its value is not
 * used.
 *
 * <p>Called by many threads at once. The task holds its slot until the stage ends, so the stage must end, soon after
 * {@link TaskContext#onCancel} told it to at the latest.
 */
@FunctionalInterface
public interface AsyncHandler<T> {
    /** Starts working on {@code value}. Throwing is the same as answering a failed stage. */
    CompletionStage<?> handle(T value, TaskContext context) throws Exception;
}
