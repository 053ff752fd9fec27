package io.asynq4j.samples;

import io.asynq4j.client.TaskClient;
import io.asynq4j.handler.Aggregator;
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
import java.util.stream.Collectors;

/** Collects the comments on an article for a while, and sends one mail about all of them. */
public final class GroupSample {
    static final TaskType<String> COMMENT = TaskType.of("comment", Codec.utf8());
    static final TaskType<String> DIGEST = TaskType.of("digest", Codec.utf8());

    private GroupSample() {}

    static void run(Broker broker, PrintStream out) throws InterruptedException {
        var sent = new CountDownLatch(1);
        Aggregator digest = (group, comments) -> {
            var authors = comments.stream()
                    .map(comment -> comment.payload().utf8())
                    .sorted()
                    .collect(Collectors.joining(", "));
            return DIGEST.task(group + ": comments by " + authors);
        };
        Handler<String> send = (text, context) -> {
            out.println(text);
            sent.countDown();
        };
        try (var server = TaskServer.builder(broker)
                        .aggregator(digest)
                        .groupGracePeriod(Duration.ofSeconds(30)) // nobody has commented for that long
                        .groupMaxDelay(Duration.ofMinutes(10)) // but nobody waits for longer than that
                        .groupMaxSize(3)
                        .build();
                var client = TaskClient.of(broker)) {
            var article = Options.defaults().group("article 42");
            client.enqueue(COMMENT.task("ada"), article);
            client.enqueue(COMMENT.task("grace"), article);
            client.enqueue(COMMENT.task("alan"), article);
            server.start(TaskRouter.create().handle(DIGEST, send));
            sent.await();
        }
    }
}
