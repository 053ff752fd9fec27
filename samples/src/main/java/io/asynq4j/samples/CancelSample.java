package io.asynq4j.samples;

import io.asynq4j.client.TaskClient;
import io.asynq4j.handler.Handler;
import io.asynq4j.handler.RevokeTaskException;
import io.asynq4j.handler.TaskRouter;
import io.asynq4j.server.TaskServer;
import io.asynq4j.spi.Broker;
import io.asynq4j.task.Codec;
import io.asynq4j.task.Options;
import io.asynq4j.task.TaskType;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;

/** Stops a task that is being worked on, for good: left to itself, it would be retried. */
public final class CancelSample {
    static final TaskType<String> EXPORT = TaskType.of("export", Codec.utf8());

    private CancelSample() {}

    static void run(Broker broker, PrintStream out) throws InterruptedException {
        var started = new CountDownLatch(1);
        var never = new CountDownLatch(1);
        Handler<String> export = (table, context) -> {
            started.countDown();
            try {
                never.await(); // the work, which answers to interruption
            } catch (InterruptedException interrupted) {
                out.println("stopped exporting " + table + ": "
                        + context.cancelled().orElseThrow());
                throw new RevokeTaskException("nobody wants it any more", interrupted);
            }
        };
        try (var server = TaskServer.builder(broker).build();
                var client = TaskClient.of(broker)) {
            server.start(TaskRouter.create().handle(EXPORT, export));
            client.enqueue(EXPORT.task("orders"), Options.defaults().taskId("export-orders"));
            started.await();
            client.cancel(Options.DEFAULT_QUEUE, "export-orders");
        }
    }
}
