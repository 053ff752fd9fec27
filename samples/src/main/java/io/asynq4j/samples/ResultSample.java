package io.asynq4j.samples;

import io.asynq4j.client.TaskClient;
import io.asynq4j.handler.Handler;
import io.asynq4j.handler.TaskRouter;
import io.asynq4j.server.TaskServer;
import io.asynq4j.spi.Broker;
import io.asynq4j.task.Codec;
import io.asynq4j.task.Options;
import io.asynq4j.task.TaskType;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Keeps what a task came to with the task, for a day after it has succeeded. */
public final class ResultSample {
    static final TaskType<String> COUNT_WORDS = TaskType.of("text:count", Codec.utf8());

    private ResultSample() {}

    static void run(Broker broker, PrintStream out) throws InterruptedException {
        var counted = new CountDownLatch(1);
        Handler<String> count = (text, context) -> {
            int words = text.split(" ").length;
            context.writeResult(Codec.utf8(), words + " words");
            out.println("counted " + words);
            counted.countDown();
        };
        try (var server = TaskServer.builder(broker).build();
                var client = TaskClient.of(broker)) {
            server.start(TaskRouter.create().handle(COUNT_WORDS, count));
            client.enqueue(
                    COUNT_WORDS.task("the quick brown fox"), Options.defaults().retention(Duration.ofDays(1)));
            counted.await();
        }
    }
}
