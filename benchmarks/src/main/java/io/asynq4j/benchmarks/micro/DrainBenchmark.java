package io.asynq4j.benchmarks.micro;

import io.asynq4j.client.TaskClient;
import io.asynq4j.server.TaskServer;
import io.asynq4j.task.EnqueueOutcome;
import io.asynq4j.task.Payload;
import io.asynq4j.task.Task;
import io.asynq4j.testing.InMemoryBroker;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The whole path of a task with the broker in memory: enqueued by a client, run by a server, a thousand at a time. */
@Warmup(iterations = 5, time = 1)
public class DrainBenchmark extends NanosPerTask {
    private static final int TASKS = 1_000;

    private final InMemoryBroker broker = InMemoryBroker.create();
    private final TaskClient client = TaskClient.of(broker);
    private final TaskServer server =
            TaskServer.builder(broker).concurrency(100).build();
    private final List<Task> tasks = Collections.nCopies(TASKS, Task.of("bench", Payload.ofUtf8("x".repeat(100))));
    private final Semaphore handled = new Semaphore(0);

    /** Starts a server. */
    @Setup
    public void start() {
        server.start((task, context) -> {
            handled.release();
            return CompletableFuture.completedFuture(null);
        });
    }

    /** Ends it. */
    @TearDown
    public void stop() {
        server.close();
        client.close();
        broker.close();
    }

    /** Enqueued and handled. */
    @Benchmark
    @OperationsPerInvocation(TASKS)
    public void drain() throws InterruptedException {
        client.enqueueAll(tasks).forEach(EnqueueOutcome::orThrow);
        handled.acquire(TASKS);
    }
}
