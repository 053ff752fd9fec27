package io.asynq4j.cli.output;

import io.asynq4j.spi.GroupInfo;
import io.asynq4j.spi.QueueDay;
import io.asynq4j.spi.QueueInfo;
import io.asynq4j.spi.SchedulerEntry;
import io.asynq4j.spi.SchedulerEvent;
import io.asynq4j.spi.ServerStatus;
import io.asynq4j.task.TaskInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Values for programs: names that stay, times as ISO 8601 in UTC, lengths in seconds. */
public final class Trees {
    private Trees() {}

    public static Map<String, Object> of(QueueInfo info) {
        var tree = tree();
        tree.put("queue", info.queue());
        tree.put("paused", info.paused());
        tree.put("size", info.size());
        var tasks = tree();
        info.tasks().forEach((state, count) -> tasks.put(state.word(), count));
        tree.put("tasks", tasks);
        tree.put("groups", info.groups());
        tree.put("latency_seconds", seconds(info.latency()));
        tree.put("today", of(info.today()));
        tree.put("ever", of(info.ever()));
        tree.put("at", info.at().toString());
        return tree;
    }

    public static Map<String, Object> of(QueueInfo.Attempts attempts) {
        var tree = tree();
        tree.put("processed", attempts.processed());
        tree.put("failed", attempts.failed());
        return tree;
    }

    public static Map<String, Object> of(QueueDay day) {
        var tree = tree();
        tree.put("queue", day.queue());
        tree.put("day", day.day().toString());
        tree.putAll(of(day.attempts()));
        return tree;
    }

    public static Map<String, Object> of(String queue, GroupInfo group) {
        var tree = tree();
        tree.put("queue", queue);
        tree.put("group", group.group());
        tree.put("size", group.size());
        return tree;
    }

    public static Map<String, Object> of(TaskInfo task) {
        var tree = tree();
        tree.put("id", task.id());
        tree.put("queue", task.queue());
        tree.put("type", task.type());
        tree.put("state", task.state().word());
        Bytes.put(tree, "payload", task.payload());
        tree.put("headers", new TreeMap<>(task.headers()));
        tree.put("group", task.group().orElse(null));
        tree.put("max_retry", task.maxRetry());
        tree.put("retried", task.retried());
        tree.put("timeout_seconds", seconds(task.limits().timeout()));
        tree.put("deadline", text(task.limits().deadline()));
        tree.put("retention_seconds", seconds(task.limits().retention()));
        tree.put("last_error", task.lastError().orElse(null));
        tree.put("last_failed_at", text(task.progress().lastFailedAt()));
        tree.put("completed_at", text(task.progress().completedAt()));
        tree.put("next_process_at", text(task.progress().nextProcessAt()));
        tree.put("since", text(task.sighting().since()));
        tree.put("orphaned", task.orphaned());
        task.result().ifPresent(result -> Bytes.put(tree, "result", result));
        return tree;
    }

    public static Map<String, Object> of(ServerStatus status) {
        var server = status.server();
        var tree = tree();
        tree.put("id", server.serverId());
        tree.put("host", server.host());
        tree.put("pid", server.pid());
        tree.put("state", server.status());
        tree.put("concurrency", server.concurrency());
        tree.put("active_workers", server.activeWorkers());
        tree.put("queues", new TreeMap<>(server.queues()));
        tree.put("strict_priority", server.strictPriority());
        tree.put("started_at", server.startedAt().toString());
        tree.put("running", status.running().stream().map(Trees::of).toList());
        return tree;
    }

    private static Map<String, Object> of(ServerStatus.Running running) {
        var tree = tree();
        tree.put("id", running.taskId());
        tree.put("queue", running.queue());
        tree.put("type", running.type());
        tree.put("started_at", running.startedAt().toString());
        tree.put("deadline", text(running.deadline()));
        return tree;
    }

    public static Map<String, Object> of(SchedulerEntry entry) {
        var tree = tree();
        tree.put("id", entry.id());
        tree.put("spec", entry.spec());
        tree.put("type", entry.taskType());
        Bytes.put(tree, "payload", entry.payload());
        tree.put("options", entry.options());
        tree.put("next", text(entry.next()));
        tree.put("previous", text(entry.previous()));
        return tree;
    }

    public static Map<String, Object> of(String entryId, SchedulerEvent event) {
        var tree = tree();
        tree.put("entry", entryId);
        tree.put("task", event.taskId());
        tree.put("at", event.at().toString());
        return tree;
    }

    private static Map<String, Object> tree() {
        return new LinkedHashMap<>();
    }

    private static @Nullable String text(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }

    private static @Nullable Double seconds(@Nullable Duration length) {
        return length == null ? null : length.toMillis() / 1000.0;
    }
}
