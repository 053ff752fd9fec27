package io.asynq4j.micrometer;

import io.asynq4j.spi.QueueInfo;
import io.asynq4j.task.TaskState;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/** What a look at the queues is in Prometheus' terms: names, types and labels are those of asynq's exporter. */
final class Families {
    /** Those that asynq tells of: not the members of groups. */
    private static final List<TaskState> STATES = List.of(
            TaskState.ACTIVE,
            TaskState.PENDING,
            TaskState.SCHEDULED,
            TaskState.RETRY,
            TaskState.ARCHIVED,
            TaskState.COMPLETED);

    private Families() {}

    static MetricSnapshots of(Collection.Look look) {
        var infos = look.queues().stream()
                .map(Collection.Queue::info)
                .filter(Objects::nonNull)
                .toList();
        return MetricSnapshots.of(
                states(infos),
                gauge("asynq_queue_size", "Number of tasks in a queue", infos, QueueInfo::size),
                gauge(
                        "asynq_queue_latency_seconds",
                        "Number of seconds the oldest pending task is waiting in pending state to be processed.",
                        infos,
                        info -> seconds(info.latency())),
                memory(look.queues()),
                counter(
                        "asynq_tasks_processed",
                        "Number of tasks processed, succeeded and failed ones",
                        infos,
                        info -> info.ever().processed()),
                counter(
                        "asynq_tasks_failed",
                        "Number of tasks failed",
                        infos,
                        info -> info.ever().failed()),
                gauge("asynq_queue_paused_total", "Whether a queue is paused", infos, info -> info.paused() ? 1 : 0),
                gauge(
                        "asynq4j_queue_aggregating_tasks",
                        "Members of groups",
                        infos,
                        info -> info.count(TaskState.AGGREGATING)),
                complete(look.queues()),
                single(
                        "asynq4j_queues_known",
                        "Whether the broker has said which queues there are",
                        look.known() ? 1 : 0),
                single("asynq4j_queues_left_out", "Queues that are too many to be told of", look.leftOut()),
                single("asynq4j_queues_look_seconds", "How long it took to look at all queues", seconds(look.took())));
    }

    private static GaugeSnapshot states(List<QueueInfo> infos) {
        var family = GaugeSnapshot.builder()
                .name("asynq_tasks_enqueued_total")
                .help("Number of tasks enqueued; broken down by queue and state.");
        for (var info : infos) {
            for (var state : STATES) {
                var labels =
                        Labels.of("queue", info.queue(), "state", state.name().toLowerCase(Locale.ROOT));
                family.dataPoint(point(labels, (double) info.count(state)));
            }
        }
        return family.build();
    }

    private static GaugeSnapshot memory(List<Collection.Queue> queues) {
        var family = GaugeSnapshot.builder()
                .name("asynq_queue_memory_usage_approx_bytes")
                .help("Number of memory used by a given queue (approximated number by sampling).");
        for (var queue : queues) {
            if (queue.bytes() != null) {
                family.dataPoint(point(Labels.of("queue", queue.name()), (double) queue.bytes()));
            }
        }
        return family.build();
    }

    private static GaugeSnapshot complete(List<Collection.Queue> queues) {
        var family =
                GaugeSnapshot.builder().name("asynq4j_queue_known").help("Whether all of a queue could be found out");
        queues.forEach(queue -> family.dataPoint(point(Labels.of("queue", queue.name()), queue.isComplete() ? 1 : 0)));
        return family.build();
    }

    private static GaugeSnapshot gauge(
            String name, String help, List<QueueInfo> infos, ToDoubleFunction<QueueInfo> value) {
        var family = GaugeSnapshot.builder().name(name).help(help);
        infos.forEach(info -> family.dataPoint(point(Labels.of("queue", info.queue()), value.applyAsDouble(info))));
        return family.build();
    }

    /** @param name without the suffix that the text format adds to counters */
    private static CounterSnapshot counter(
            String name, String help, List<QueueInfo> infos, ToDoubleFunction<QueueInfo> value) {
        var family = CounterSnapshot.builder().name(name).help(help);
        infos.forEach(info -> family.dataPoint(CounterDataPointSnapshot.builder()
                .labels(Labels.of("queue", info.queue()))
                .value(value.applyAsDouble(info))
                .build()));
        return family.build();
    }

    private static GaugeSnapshot single(String name, String help, double value) {
        return GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(point(Labels.EMPTY, value))
                .build();
    }

    private static GaugeDataPointSnapshot point(Labels labels, double value) {
        return GaugeDataPointSnapshot.builder().labels(labels).value(value).build();
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
