package io.asynq4j.samples;

import io.asynq4j.client.TaskClient;
import io.asynq4j.handler.Handler;
import io.asynq4j.handler.TaskRouter;
import io.asynq4j.limit.RateSemaphore;
import io.asynq4j.server.TaskServer;
import io.asynq4j.spi.Broker;
import io.asynq4j.task.Codec;
import io.asynq4j.task.TaskType;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Prints one page at a time, however many servers there are: who finds the printer busy comes back a second later. */
public final class SemaphoreSample {
    static final TaskType<String> PRINT = TaskType.of("print", Codec.utf8());

    private SemaphoreSample() {}

    static void run(Broker broker, PrintStream out) throws InterruptedException {
        var printed = new CountDownLatch(2);
        var printer = RateSemaphore.of(broker, "printer", 1);
        Handler<String> print = (page, context) -> {
            var permit = printer.acquireOrSnooze(context, Duration.ofSeconds(1));
            try {
                out.println("printed " + page);
            } finally {
                permit.close();
            }
            printed.countDown();
        };
        try (var server = TaskServer.builder(broker).concurrency(2).build();
                var client = TaskClient.of(broker)) {
            server.start(TaskRouter.create().handle(PRINT, print));
            client.enqueue(PRINT.task("page 1"));
            client.enqueue(PRINT.task("page 2"));
            printed.await();
        }
    }
}
