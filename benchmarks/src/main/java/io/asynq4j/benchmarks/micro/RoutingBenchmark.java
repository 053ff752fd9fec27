package io.asynq4j.benchmarks.micro;

import io.asynq4j.handler.TaskRouter;
import io.asynq4j.task.Task;
import io.asynq4j.testing.TestContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.openjdk.jmh.annotations.Benchmark;

/** From a task to its handler, of which there are a hundred, and through two pieces of middleware. */
public class RoutingBenchmark extends NanosPerTask {
    private static final CompletionStage<?> DONE = CompletableFuture.completedFuture(null);

    private final TaskRouter router = router();
    private final TestContext context = TestContext.of("type:42");
    private final Task exact = Task.of("type:42");
    private final Task prefixed = Task.of("type:42:and:more");

    /** A type that is registered as it is. */
    @Benchmark
    public CompletionStage<?> equal() throws Exception {
        return router.handle(exact, context);
    }

    /** A type of which a prefix is registered, behind longer ones that do not match. */
    @Benchmark
    public CompletionStage<?> prefix() throws Exception {
        return router.handle(prefixed, context);
    }

    private static TaskRouter router() {
        var router = TaskRouter.create()
                .use(next -> (task, context) -> next.handle(task, context))
                .use(next -> (task, context) -> next.handle(task, context));
        for (int i = 0; i < 100; i++) {
            router.handleAsync("type:" + i, (task, context) -> DONE);
        }
        return router;
    }
}
