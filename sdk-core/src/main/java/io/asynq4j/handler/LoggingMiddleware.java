package io.asynq4j.handler;

import io.asynq4j.task.Task;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells when attempts start and end. Failures are logged once, by the server, where they are settled. */
final class LoggingMiddleware implements Middleware {
    private static final Logger log = LoggerFactory.getLogger("io.asynq4j.tasks");

    @Override
    public AsyncHandler<Task> wrap(AsyncHandler<Task> next) {
        return (task, context) -> {
            log.debug("started {} {} of queue {}", context.type(), context.taskId(), context.queue());
            CompletionStage<?> running;
            try {
                running = next.handle(task, context);
            } catch (Exception failed) {
                ended(context, failed);
                throw failed;
            }
            return running.whenComplete((value, failure) -> ended(context, failure));
        };
    }

    private static void ended(TaskContext context, @Nullable Throwable failure) {
        var how = failure == null ? "succeeded" : "failed";
        log.debug("{} {} {} of queue {}", how, context.type(), context.taskId(), context.queue());
    }
}
