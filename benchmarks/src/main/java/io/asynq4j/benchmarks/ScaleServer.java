package io.asynq4j.benchmarks;

import io.asynq4j.server.TaskServer;
import io.asynq4j.spi.Broker;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Works off whatever comes, until its input ends. */
final class ScaleServer {
    private static final CompletionStage<?> DONE = CompletableFuture.completedFuture(null);

    private ScaleServer() {}

    static void run(Broker broker, Flags flags) throws IOException {
        int sleep = flags.number("sleep-ms", 0);
        var timer = Executors.newSingleThreadScheduledExecutor();
        var queues =
                Stream.of(flags.text("queues").split(",")).collect(Collectors.toMap(Function.identity(), name -> 1));
        var server = TaskServer.builder(broker)
                .concurrency(flags.number("concurrency"))
                .queues(queues)
                .build();
        try (server) {
            server.start((task, context) -> {
                if (sleep == 0) {
                    return DONE;
                }
                var slept = new CompletableFuture<Void>();
                timer.schedule(() -> slept.complete(null), sleep, TimeUnit.MILLISECONDS);
                return slept;
            });
            var steering = new Steering();
            steering.say("ready");
            steering.await();
        }
        timer.shutdown();
    }
}
