package io.asynq4j.cli;

import io.asynq4j.cli.output.Table;
import io.asynq4j.cli.output.Texts;
import io.asynq4j.cli.output.Trees;
import io.asynq4j.inspect.Inspector;
import io.asynq4j.spi.QueueInfo;
import io.asynq4j.task.QueueNotFoundException;
import io.asynq4j.task.TaskState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All queues at about one moment. */
record QueueSums(List<QueueInfo> queues) {
    /** Looks at all of them; one that is removed meanwhile is left out. */
    static QueueSums of(Inspector inspector) {
        var queues = new ArrayList<QueueInfo>();
        for (var name : inspector.queues()) {
            try {
                queues.add(inspector.queue(name));
            } catch (QueueNotFoundException removed) {
                // one less
            }
        }
        return new QueueSums(List.copyOf(queues));
    }

    long count(TaskState state) {
        return queues.stream().mapToLong(queue -> queue.count(state)).sum();
    }

    long processedToday() {
        return queues.stream().mapToLong(queue -> queue.today().processed()).sum();
    }

    long failedToday() {
        return queues.stream().mapToLong(queue -> queue.today().failed()).sum();
    }

    /** One row for each queue. */
    Table table() {
        var table = Table.of(
                "QUEUE",
                "STATE",
                "SIZE",
                "PENDING",
                "ACTIVE",
                "SCHEDULED",
                "RETRY",
                "ARCHIVED",
                "COMPLETED",
                "GROUPED",
                "LATENCY",
                "PROCESSED",
                "FAILED");
        for (var queue : queues) {
            table.row(
                    queue.queue(),
                    queue.paused() ? "paused" : "running",
                    queue.size(),
                    queue.count(TaskState.PENDING),
                    queue.count(TaskState.ACTIVE),
                    queue.count(TaskState.SCHEDULED),
                    queue.count(TaskState.RETRY),
                    queue.count(TaskState.ARCHIVED),
                    queue.count(TaskState.COMPLETED),
                    queue.count(TaskState.AGGREGATING),
                    Texts.length(queue.latency()),
                    queue.today().processed(),
                    queue.today().failed());
        }
        return table;
    }

    Map<String, Object> tree() {
        var states = new LinkedHashMap<String, Object>();
        for (var state : TaskState.values()) {
            states.put(state.word(), count(state));
        }
        var tree = new LinkedHashMap<String, Object>();
        tree.put("tasks", states);
        tree.put("today", Trees.of(new QueueInfo.Attempts(processedToday(), failedToday())));
        tree.put("queues", queues.stream().map(Trees::of).toList());
        return tree;
    }
}
