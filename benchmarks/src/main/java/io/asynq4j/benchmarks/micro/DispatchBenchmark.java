package io.asynq4j.benchmarks.micro;

import io.asynq4j.server.TaskServer;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** What a server does with a task between its fetch and its settling, with a broker that does nothing, a thousand at a time. */
@Warmup(iterations = 5, time = 1)
public class DispatchBenchmark extends NanosPerTask {
    private static final int TASKS = 1_000;

    /** Slots of the server. */
    @Param({"10", "100"})
    public int concurrency = 10;

    private final HollowBroker broker = new HollowBroker();
    private TaskServer server = server();

    /** Starts a server. */
    @Setup
    public void start(Blackhole sink) {
        server = server();
        server.start((task, context) -> {
            sink.consume(task);
            return CompletableFuture.completedFuture(null);
        });
    }

    /** Ends it. */
    @TearDown
    public void stop() {
        server.close();
    }

    /** Fetched, run and settled. */
    @Benchmark
    @OperationsPerInvocation(TASKS)
    public void dispatch() throws InterruptedException {
        broker.work(TASKS);
    }

    private TaskServer server() {
        return TaskServer.builder(broker.asBroker()).concurrency(concurrency).build();
    }
}
