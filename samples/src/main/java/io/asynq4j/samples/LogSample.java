package io.asynq4j.samples;

import io.asynq4j.client.TaskClient;
import io.asynq4j.handler.TaskContext;
import io.asynq4j.handler.TaskMdc;
import io.asynq4j.handler.TaskRouter;
import io.asynq4j.server.TaskServer;
import io.asynq4j.spi.Broker;
import io.asynq4j.task.Options;
import io.asynq4j.task.Task;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log which task it works on, also on a thread that is not the handler's. */
public final class LogSample {
    private static final Logger log = LoggerFactory.getLogger(LogSample.class);

    private final Executor executor;

    private LogSample(Executor executor) {
        this.executor = executor;
    }

    CompletionStage<?> count(Task task, TaskContext context) {
        return CompletableFuture.runAsync(() -> TaskMdc.run(context, () -> log.info("counting the words")), executor);
    }

    /** @param executor where the words are counted */
    static void run(Broker broker, Executor executor) throws InterruptedException {
        var counted = new CountDownLatch(1);
        var sample = new LogSample(executor);
        try (var server = TaskServer.builder(broker).build();
                var client = TaskClient.of(broker)) {
            server.start(TaskRouter.create()
                    .handleAsync(
                            "count",
                            (task, context) ->
                                    sample.count(task, context).whenComplete((value, failure) -> counted.countDown())));
            client.enqueue(Task.of("count"), Options.defaults().taskId("count-1"));
            counted.await();
        }
    }
}
