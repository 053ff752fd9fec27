package io.asynq4j.client;

import io.asynq4j.task.EnqueueOutcome;
import io.asynq4j.task.Task;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Something around everything that a client enqueues: for traces, metrics, headers that every task is to have. It wraps the
 * asynchronous form, since only that one knows when the broker has answered.
 */
@FunctionalInterface
public interface EnqueueMiddleware {
    /** An enqueuer that does {@code next} and something around it. Called once for each client. */
    Enqueuer wrap(Enqueuer next);

    /** Stores tasks. Safe for use by many threads. */
    @FunctionalInterface
    interface Enqueuer {
        /**
         * Stores {@code tasks}, one or many, which have all their options: those of the call are laid over their own. Called on
         * the thread of the client's caller, so it must not block. A middleware may pass on changed tasks, but as many, in the
         * same order; it answers an outcome for each.
         *
         * <p>The stage ends on the broker's I/O thread. It fails, or this throws, where the client does, and then nobody knows
         * of any task more than the exception says.
         */
        CompletionStage<List<EnqueueOutcome>> enqueue(List<Task> tasks);
    }
}
