package io.asynq4j.benchmarks;

import io.asynq4j.handler.TaskRouter;
import io.asynq4j.server.TaskServer;
import io.asynq4j.spi.Broker;
import io.asynq4j.task.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Works tasks off, and tells when the last handler has returned. */
final class Worker {
    private final Broker broker;
    private final Flags flags;
    private final int n;
    private final long sleepNanos;
    private final long[] latencies;
    private final AtomicInteger started = new AtomicInteger();
    private final AtomicInteger finished = new AtomicInteger();

    Worker(Broker broker, Flags flags) {
        this.broker = broker;
        this.flags = flags;
        this.n = flags.number("n");
        this.sleepNanos = TimeUnit.MILLISECONDS.toNanos(flags.number("sleep-ms", 0));
        this.latencies = new long[n];
    }

    void run(Steering steering) throws IOException {
        steering.say("ready");
        steering.await();
        long start = Steering.micros();
        var router = TaskRouter.create().handle("bench", (task, context) -> {
            if (handle(task)) {
                steering.done(start, Steering.micros(), n);
            }
        });
        var server = TaskServer.builder(broker)
                .concurrency(flags.number("concurrency"))
                .build();
        server.start(router);
        steering.say("started");
        steering.await();
        write();
        steering.bye(finished.get());
        System.out.flush();
        Runtime.getRuntime().halt(0); // at once: what is measured is over, and whoever steers does not want to wait
    }

    /** Whether this was the last one. */
    private boolean handle(Task task) {
        long late = Steering.micros() - Payloads.micros(task.payload());
        int index = started.getAndIncrement();
        if (index < n) {
            latencies[index] = late;
        }
        if (sleepNanos > 0) {
            sleep();
        }
        return finished.incrementAndGet() == n;
    }

    private void sleep() {
        long end = System.nanoTime() + sleepNanos;
        for (long left = sleepNanos; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private void write() throws IOException {
        var file = flags.textIfAny("lat-out");
        if (file != null) {
            var lines = new ArrayList<String>();
            for (int i = 0; i < Math.min(n, started.get()); i++) {
                lines.add(Long.toString(latencies[i]));
            }
            Files.write(Path.of(file), lines);
        }
    }
}
