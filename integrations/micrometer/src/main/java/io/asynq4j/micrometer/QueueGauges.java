package io.asynq4j.micrometer;

import io.asynq4j.inspect.Inspector;
import io.asynq4j.spi.QueueInfo;
import io.asynq4j.task.TaskState;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/**
 * What is in the queues of a whole fleet, for the systems other than Prometheus that Micrometer sends to; that one has
 * {@link QueueMetrics}, and a registry takes one of the two.
 *
 * <p>Such systems do not ask, so the program calls {@link #refresh} now and then; in between all gauges stay as they are. Used by
 * one thread at a time.
 */
public final class QueueGauges implements MeterBinder {
    private final Collection collection;
    private final List<Map<String, MultiGauge>> bound = new ArrayList<>(); // one map for each registry

    private QueueGauges(Collection collection) {
        this.collection = collection;
    }

    /** Gauges of the queues that {@code inspector} knows, 1,000 at most. */
    public static QueueGauges of(Inspector inspector) {
        Objects.requireNonNull(inspector, "inspector");
        return new QueueGauges(new Collection(inspector.async(), QueueMetrics.DEFAULT_TIMEOUT, Clock.SYSTEM));
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        var gauges = new LinkedHashMap<String, MultiGauge>();
        for (var gauge : List.of(
                gauge("asynq.tasks", "Tasks in a state", "tasks"),
                gauge("asynq.queue.size", "Tasks in any state", "tasks"),
                gauge("asynq.queue.latency", "How long the task that runs next has been pending", "seconds"),
                gauge("asynq.queue.memory", "About what a queue takes of the broker's memory", "bytes"),
                gauge("asynq.queue.paused", "Whether a queue is paused", "queues"),
                gauge("asynq.queue.processed", "Attempts that have ended, ever", "attempts"),
                gauge("asynq.queue.failed", "Attempts that have failed, ever", "attempts"))) {
            gauges.put(gauge.name, gauge.builder.register(registry));
        }
        bound.add(gauges);
    }

    /** Looks at all queues, and sets the gauges; those of a queue that cannot be looked at are gone until it can. Blocks, 8 s at most. */
    public void refresh() {
        var look = collection.collect();
        var infos = look.queues().stream()
                .map(Collection.Queue::info)
                .filter(Objects::nonNull)
                .toList();
        for (var gauges : bound) {
            set(gauges, "asynq.tasks", states(infos));
            set(gauges, "asynq.queue.size", rows(infos, QueueInfo::size));
            set(
                    gauges,
                    "asynq.queue.latency",
                    rows(infos, info -> info.latency().toNanos() / 1e9));
            set(gauges, "asynq.queue.memory", memory(look.queues()));
            set(gauges, "asynq.queue.paused", rows(infos, info -> info.paused() ? 1 : 0));
            set(gauges, "asynq.queue.processed", rows(infos, info ->
                    (double) info.ever().processed()));
            set(gauges, "asynq.queue.failed", rows(infos, info ->
                    (double) info.ever().failed()));
        }
    }

    private record Named(String name, MultiGauge.Builder builder) {}

    private static Named gauge(String name, String description, String unit) {
        return new Named(name, MultiGauge.builder(name).description(description).baseUnit(unit));
    }

    private static void set(Map<String, MultiGauge> gauges, String name, List<Row<?>> rows) {
        Objects.requireNonNull(gauges.get(name)).register(rows, true);
    }

    private static List<Row<?>> rows(List<QueueInfo> infos, ToDoubleFunction<QueueInfo> value) {
        var rows = new ArrayList<Row<?>>(infos.size());
        infos.forEach(info -> rows.add(Row.of(Tags.of("queue", info.queue()), value.applyAsDouble(info))));
        return rows;
    }

    private static List<Row<?>> states(List<QueueInfo> infos) {
        var rows = new ArrayList<Row<?>>();
        for (var info : infos) {
            for (var state : TaskState.values()) {
                rows.add(Row.of(Tags.of("queue", info.queue(), "state", Labels.lower(state)), info.count(state)));
            }
        }
        return rows;
    }

    private static List<Row<?>> memory(List<Collection.Queue> queues) {
        var rows = new ArrayList<Row<?>>();
        for (var queue : queues) {
            if (queue.bytes() != null) {
                rows.add(Row.of(Tags.of("queue", queue.name()), queue.bytes()));
            }
        }
        return rows;
    }
}
