package io.asynq4j.cli;

import io.asynq4j.cli.output.Bytes;
import io.asynq4j.cli.output.Table;
import io.asynq4j.cli.output.Texts;
import io.asynq4j.task.TaskInfo;
import io.asynq4j.task.TaskState;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tasks for people. */
final class TaskTables {
    private TaskTables() {}

    /** Tasks of one state, in the columns that matter there. */
    static Table of(TaskState state, List<TaskInfo> tasks, Instant now, boolean wide) {
        var table = switch (state) {
            case ACTIVE -> Table.of("ID", "TYPE", "PAYLOAD", "RETRIED", "ORPHANED");
            case PENDING, AGGREGATING -> Table.of("ID", "TYPE", "PAYLOAD", "SINCE");
            case SCHEDULED -> Table.of("ID", "TYPE", "PAYLOAD", "PROCESS");
            case RETRY -> Table.of("ID", "TYPE", "PAYLOAD", "NEXT RETRY", "LAST ERROR", "LAST FAILED", "RETRIED");
            case ARCHIVED -> Table.of("ID", "TYPE", "PAYLOAD", "LAST FAILED", "LAST ERROR");
            case COMPLETED -> Table.of("ID", "TYPE", "PAYLOAD", "COMPLETED", "RESULT");
        };
        table.wide(wide);
        tasks.forEach(task -> table.row(cells(state, task, now)));
        return table;
    }

    private static Object[] cells(TaskState state, TaskInfo task, Instant now) {
        var progress = task.progress();
        var payload = Bytes.shown(task.payload());
        var error = task.lastError().orElse("-");
        var retried = task.retried() + "/" + task.maxRetry();
        return switch (state) {
            case ACTIVE -> new Object[] {task.id(), task.type(), payload, retried, task.orphaned() ? "yes" : "no"};
            case PENDING, AGGREGATING ->
                new Object[] {
                    task.id(), task.type(), payload, distance(task.sighting().since(), now)
                };
            case SCHEDULED -> new Object[] {task.id(), task.type(), payload, distance(progress.nextProcessAt(), now)};
            case RETRY ->
                new Object[] {
                    task.id(),
                    task.type(),
                    payload,
                    distance(progress.nextProcessAt(), now),
                    error,
                    distance(progress.lastFailedAt(), now),
                    retried
                };
            case ARCHIVED ->
                new Object[] {task.id(), task.type(), payload, distance(progress.lastFailedAt(), now), error};
            case COMPLETED ->
                new Object[] {
                    task.id(),
                    task.type(),
                    payload,
                    distance(progress.completedAt(), now),
                    task.result().map(Bytes::shown).orElse("-")
                };
        };
    }

    private static String distance(@Nullable Instant time, Instant now) {
        return Texts.distance(time, now);
    }
}
