package io.asynq4j.handler;

import io.asynq4j.task.Task;
import java.util.List;

/**
 * Something around every handler of a router. It wraps the asynchronous form, since only that one knows when the work has
 * ended.
 */
@FunctionalInterface
public interface Middleware {
    /** A handler that does {@code next} and something around it. Called once for each task. */
    AsyncHandler<Task> wrap(AsyncHandler<Task> next);

    /** All of these as one; the first is outermost. */
    static Middleware all(List<Middleware> middleware) {
        return next -> {
            var wrapped = next;
            for (int i = middleware.size() - 1; i >= 0; i--) {
                wrapped = middleware.get(i).wrap(wrapped);
            }
            return wrapped;
        };
    }

    /** Logs the start and the end of each attempt at debug level, and never payloads. */
    static Middleware logging() {
        return new LoggingMiddleware();
    }

    /**
     * Runs code of the blocking style around blocking handlers. What {@code around} does after the handler runs when the
     * handler's method has returned: for an asynchronous handler that is too early.
     */
    static Middleware around(Around around) {
        return next -> (task, context) -> {
            var inner = new BlockingCall(next);
            around.handle(task, context, inner);
            return inner.stage();
        };
    }

    /** Code around a blocking handler. */
    @FunctionalInterface
    interface Around {
        /** Calls {@code next}, or does not: then the task has succeeded without its handler. */
        void handle(Task task, TaskContext context, Handler<Task> next) throws Exception;
    }
}
