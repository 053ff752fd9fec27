package io.asynq4j.benchmarks;

import io.asynq4j.client.TaskClient;
import io.asynq4j.inspect.Inspector;
import io.asynq4j.task.EnqueueOutcome;
import io.asynq4j.task.Options;
import io.asynq4j.task.Task;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What a task costs when there is more of something. Each case has a Redis of its own and servers in processes of their own,
 * which work off the tasks once to get warm, and once more for the figures; what comes out is a row of a table.
 */
final class Scale {
    private static final int CHUNK_BYTES = 4 << 20;
    private static final int MOST_WARM_UP = 100_000;
    private static final int PATIENCE_SECONDS = 300;

    private final PrintStream out;

    Scale(PrintStream out) {
        this.out = out;
    }

    void run(Flags flags) throws IOException {
        var factor = Double.parseDouble(flags.text("factor", "1"));
        out.println("| driver | case | tasks | tasks/s | Redis µs per task | client µs per task | load |");
        out.println("| --- | --- | --- | --- | --- | --- | --- |");
        for (var name : flags.text("what", "processes,queues,pending,scheduled,active,cluster,payload")
                .split(",")) {
            for (var one : ScaleCase.named(name)) {
                for (int round = 0; round < flags.number("rounds", 1); round++) {
                    measure(one.times(factor));
                }
            }
        }
    }

    private void measure(ScaleCase one) throws IOException {
        try (var store = ScaleStore.start(one.queueNames(), one.kind() == ScaleCase.Kind.ON_CLUSTER);
                var broker = Bench.open(store.uri());
                var client = TaskClient.of(broker)) {
            fill(client, one, Math.min(MOST_WARM_UP, one.tasks()) * one.processes(), Options.defaults());
            try (var fleet = ScaleFleet.start(one, store.uri())) {
                awaitDone(store);
                var inspector = Inspector.of(broker);
                long begin = prepare(client, inspector, one);
                double redis = store.cpuSeconds();
                double servers = fleet.cpuSeconds();
                one.queueNames().forEach(inspector::unpause);
                awaitDone(store);
                double seconds = (System.nanoTime() - begin) / 1e9;
                row(one, seconds, store.cpuSeconds() - redis, fleet.cpuSeconds() - servers);
            }
        }
    }

    /** Stores the tasks so that nobody gets them yet; answers when it begins. */
    private static long prepare(TaskClient client, Inspector inspector, ScaleCase one) {
        switch (one.kind()) {
            case DUE_AT_ONCE -> {
                var due = Instant.ofEpochSecond(Instant.now().getEpochSecond() + 4 + one.tasks() / 25_000);
                fill(client, one, one.tasks(), Options.defaults().processAt(due));
                return System.nanoTime() + Duration.between(Instant.now(), due).toNanos();
            }
            case BESIDE_SCHEDULED ->
                fill(client, one, one.tasks(), Options.defaults().processIn(Duration.ofHours(1)));
            default -> {}
        }
        one.queueNames().forEach(inspector::pause);
        fill(client, one, one.tasks(), Options.defaults());
        return System.nanoTime();
    }

    private static void fill(TaskClient client, ScaleCase one, int tasks, Options options) {
        int chunk = Math.max(1, Math.min(1_000, CHUNK_BYTES / one.payload()));
        var queues = one.queueNames();
        for (int from = 0; from < tasks; from += chunk) {
            var some = new ArrayList<Task>(chunk);
            for (int i = from; i < Math.min(tasks, from + chunk); i++) {
                var queue = queues.get(i % queues.size());
                some.add(Task.of("scale", Payloads.of(0, i, one.payload())).with(options.queue(queue)));
            }
            client.enqueueAll(some).forEach(EnqueueOutcome::orThrow);
        }
    }

    private static void awaitDone(ScaleStore store) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (store.undone() > 0) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(store.undone() + " tasks are left after " + PATIENCE_SECONDS + " s");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    private void row(ScaleCase one, double seconds, double redisSeconds, double serverSeconds) {
        out.printf(
                Locale.ROOT,
                "| %s | %s | %d | %.0f | %.1f | %.1f | %.1f |%n",
                System.getProperty("bench.driver", "lettuce"),
                one.what(),
                one.tasks(),
                one.tasks() / seconds,
                redisSeconds * 1e6 / one.tasks(),
                serverSeconds * 1e6 / one.tasks(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }
}
