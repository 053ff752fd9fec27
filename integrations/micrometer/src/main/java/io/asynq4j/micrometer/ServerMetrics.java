package io.asynq4j.micrometer;

import io.asynq4j.handler.TaskContext;
import io.asynq4j.micrometer.Labels.TaskLabels;
import io.asynq4j.server.AttemptOutcome;
import io.asynq4j.server.ServerObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Metrics of servers, for {@link io.asynq4j.server.TaskServerBuilder#observer}. Several servers of a process may share one.
 *
 * <p>Safe for use by many threads. The first 100 types of tasks, and 100 queues, have meters of their own; later ones count as
 * {@code other}. What each metric means is in the documentation.
 */
public final class ServerMetrics implements ServerObserver {
    private static final int MOST = 100;

    private final MeterRegistry registry;
    private final Labels labels = new Labels(MOST, MOST);
    private final ConcurrentMap<TaskLabels, TaskMeters> meters = new ConcurrentHashMap<>();
    private final AtomicInteger slots = new AtomicInteger();
    private final AtomicInteger busy = new AtomicInteger();
    private final Map<Occasion, Counter> looks = new EnumMap<>(Occasion.class);
    private final Timer fetch;
    private final DistributionSummary fetched;
    private final Timer settle;
    private final DistributionSummary settled;

    private ServerMetrics(MeterRegistry registry) {
        this.registry = registry;
        Gauge.builder("asynq4j.server.slots", slots, AtomicInteger::get)
                .description("Tasks that the servers of this process can work on at a time")
                .register(registry);
        Gauge.builder("asynq4j.server.slots.busy", busy, AtomicInteger::get)
                .description("Tasks that the servers of this process work on now")
                .register(registry);
        for (var occasion : Occasion.values()) {
            looks.put(
                    occasion,
                    Counter.builder("asynq4j.server.looks")
                            .description("How often servers have looked for tasks, and why")
                            .tag("occasion", Labels.lower(occasion))
                            .register(registry));
        }
        fetch = Buckets.call(registry, "asynq4j.server.fetch", "Time to fetch tasks", Tags.empty());
        fetched = Buckets.batch(registry, "asynq4j.server.fetch.tasks", "Tasks that were fetched at a time");
        settle = Buckets.call(registry, "asynq4j.server.settle", "Time to write outcomes", Tags.empty());
        settled = Buckets.batch(registry, "asynq4j.server.settle.tasks", "Outcomes that were written at a time");
    }

    /** Metrics in {@code registry}. */
    public static ServerMetrics of(MeterRegistry registry) {
        return new ServerMetrics(Objects.requireNonNull(registry, "registry"));
    }

    @Override
    public void opened(int slots) {
        this.slots.addAndGet(slots);
    }

    @Override
    public void closed(int slots) {
        this.slots.addAndGet(-slots);
    }

    @Override
    public void looked(Occasion occasion) {
        Objects.requireNonNull(looks.get(occasion)).increment();
    }

    @Override
    public void fetched(int wanted, int got, Duration took) {
        fetch.record(took);
        if (got > 0) {
            fetched.record(got);
        }
    }

    @Override
    public void began(TaskContext task, @Nullable Duration waited) {
        busy.incrementAndGet();
        if (waited != null) {
            of(task).waited(waited);
        }
    }

    @Override
    public void ended(TaskContext task, Duration ran) {
        busy.decrementAndGet();
        of(task).ran(ran);
    }

    @Override
    public void settled(TaskContext task, AttemptOutcome outcome, Instant at) {
        of(task).settled(outcome, DueHeader.age(task.headers(), at));
    }

    @Override
    public void wrote(int outcomes, Duration took) {
        settle.record(took);
        settled.record(outcomes);
    }

    @Override
    public void recovered(String queue, int tasks) {
        Counter.builder("asynq4j.tasks.recovered")
                .description("Tasks taken back from workers that are gone")
                .tags(labels.queue(queue))
                .register(registry)
                .increment(tasks);
    }

    private TaskMeters of(TaskContext task) {
        return meters.computeIfAbsent(
                labels.task(task.queue(), task.type()), known -> new TaskMeters(registry, known.tags()));
    }
}
