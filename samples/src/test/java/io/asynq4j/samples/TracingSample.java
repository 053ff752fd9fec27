package io.asynq4j.samples;

import io.asynq4j.client.TaskClient;
import io.asynq4j.handler.TaskRouter;
import io.asynq4j.opentelemetry.TaskTracing;
import io.asynq4j.server.TaskServer;
import io.asynq4j.spi.Broker;
import io.asynq4j.task.Codec;
import io.asynq4j.task.TaskType;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Works on a task in the trace of whoever has enqueued it. */
final class TracingSample {
    static final TaskType<String> SEARCH = TaskType.of("search", Codec.utf8());

    private TracingSample() {}

    static void run(Broker broker, OpenTelemetry openTelemetry, List<String> log) throws InterruptedException {
        var searched = new CountDownLatch(1);
        var tracing = TaskTracing.of(openTelemetry);
        try (var client = TaskClient.builder(broker).use(tracing.client()).build();
                var server = TaskServer.builder(broker).build()) {
            server.start(TaskRouter.create().use(tracing.server()).handle(SEARCH, (text, context) -> {
                log.add(text + " in trace " + Span.current().getSpanContext().getTraceId());
                searched.countDown();
            }));
            client.enqueue(SEARCH.task("a needle"));
            searched.await();
        }
    }
}
