package io.asynq4j.samples;

import io.asynq4j.client.TaskClient;
import io.asynq4j.spi.Broker;
import io.asynq4j.task.Codec;
import io.asynq4j.task.DuplicateTaskException;
import io.asynq4j.task.Options;
import io.asynq4j.task.TaskType;
import java.io.PrintStream;
import java.time.Duration;

/** Has an index rebuilt once, however many ask for it within the hour: while one waits or runs, others are refused. */
public final class UniqueSample {
    static final TaskType<String> REBUILD = TaskType.of("index:rebuild", Codec.utf8())
            .withDefaults(Options.defaults().uniqueFor(Duration.ofHours(1)));

    private UniqueSample() {}

    static void run(Broker broker, PrintStream out) {
        try (var client = TaskClient.of(broker)) {
            ask(client, "articles", Options.defaults(), out);
            ask(client, "articles", Options.defaults(), out);
            ask(client, "members", Options.defaults(), out); // another payload is another task

            // The key takes the place of the payload: all of these are the same.
            ask(client, "orders, asked for by ada", Options.defaults().uniqueKey("orders"), out);
            ask(client, "orders, asked for by alan", Options.defaults().uniqueKey("orders"), out);
        }
    }

    private static void ask(TaskClient client, String index, Options options, PrintStream out) {
        try {
            client.enqueue(REBUILD.task(index), options);
            out.println("will rebuild " + index);
        } catch (DuplicateTaskException duplicate) {
            out.println("already asked for: " + index);
        }
    }
}
