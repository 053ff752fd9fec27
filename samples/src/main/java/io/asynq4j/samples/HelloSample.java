package io.asynq4j.samples;

import io.asynq4j.client.TaskClient;
import io.asynq4j.handler.Handler;
import io.asynq4j.handler.TaskRouter;
import io.asynq4j.server.TaskServer;
import io.asynq4j.spi.Broker;
import io.asynq4j.task.Codec;
import io.asynq4j.task.TaskType;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;

/** Enqueues a greeting and prints it as the server works it off. */
public final class HelloSample {
    static final TaskType<String> GREET = TaskType.of("greet", Codec.utf8());

    private HelloSample() {}

    static void run(Broker broker, PrintStream out) throws InterruptedException {
        var greeted = new CountDownLatch(1);
        Handler<String> greet = (name, context) -> {
            out.println("hello " + name);
            greeted.countDown();
        };
        try (var server = TaskServer.builder(broker).build();
                var client = TaskClient.of(broker)) {
            server.start(TaskRouter.create().handle(GREET, greet));
            client.enqueue(GREET.task("ada"));
            greeted.await();
        }
    }
}
