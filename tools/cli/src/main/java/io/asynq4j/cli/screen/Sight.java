package io.asynq4j.cli.screen;

import io.asynq4j.spi.GroupInfo;
import io.asynq4j.spi.QueueInfo;
import io.asynq4j.spi.ServerStatus;
import io.asynq4j.task.TaskInfo;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was seen at one look.
 *
 * @param tasks of the page, where the view is one of tasks
 * @param task where the view is of one, and it is there
 */
record Sight(
        Instant at,
        List<QueueInfo> queues,
        List<ServerStatus> servers,
        List<TaskInfo> tasks,
        List<GroupInfo> groups,
        @Nullable TaskInfo task) {
    /** Nothing yet. */
    static final Sight NONE = new Sight(Instant.EPOCH, List.of(), List.of(), List.of(), List.of(), null);

    Sight {
        queues = List.copyOf(queues);
        servers = List.copyOf(servers);
        tasks = List.copyOf(tasks);
        groups = List.copyOf(groups);
    }

    Sight with(List<TaskInfo> tasks, List<GroupInfo> groups, @Nullable TaskInfo task) {
        return new Sight(at, queues, servers, tasks, groups, task);
    }
}
