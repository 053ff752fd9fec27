package io.asynq4j.samples;

import io.asynq4j.client.TaskClient;
import io.asynq4j.handler.ContextKey;
import io.asynq4j.handler.Handler;
import io.asynq4j.handler.Middleware;
import io.asynq4j.handler.TaskRouter;
import io.asynq4j.server.TaskServer;
import io.asynq4j.spi.Broker;
import io.asynq4j.task.Codec;
import io.asynq4j.task.Options;
import io.asynq4j.task.TaskType;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;

/** Puts something around handlers: one that tells how each attempt ends, and one that hands the tenant on to its handler. */
public final class MiddlewareSample {
    static final TaskType<String> GREET = TaskType.of("greet", Codec.utf8());
    static final ContextKey<String> TENANT = ContextKey.of("tenant");

    private MiddlewareSample() {}

    static void run(Broker broker, PrintStream out) throws InterruptedException {
        var done = new CountDownLatch(1);
        Middleware telling = Middleware.around((task, context, next) -> {
            out.println("begins: " + task.type());
            try {
                next.handle(task, context);
            } finally {
                out.println("ends: " + task.type());
                done.countDown();
            }
        });
        Middleware tenant = next -> (task, context) ->
                next.handle(task, context.with(TENANT, context.headers().getOrDefault("tenant", "nobody")));
        Handler<String> greet = (name, context) ->
                out.println("hello " + name + " of " + context.value(TENANT).orElseThrow());

        try (var server = TaskServer.builder(broker).build();
                var client = TaskClient.of(broker)) {
            server.start(TaskRouter.create()
                    .use(telling) // around everything
                    .handle(GREET, tenant, greet)); // around this one
            client.enqueue(GREET.task("ada"), Options.defaults().header("tenant", "acme"));
            done.await();
        }
    }
}
