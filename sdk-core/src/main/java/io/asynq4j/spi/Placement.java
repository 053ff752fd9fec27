package io.asynq4j.spi;

import io.asynq4j.task.Options;
import io.asynq4j.task.Task;
import io.asynq4j.task.TaskInfo;
import io.asynq4j.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A new task and where to put it.
 *
 * @param message without its unique key, which only the backend can name
 * @param state {@code PENDING}, {@code SCHEDULED} or {@code AGGREGATING}
 * @param at when it became pending or joined its group; for a scheduled one when it is due, in whole seconds
 * @param lockFor how long the unique lock is held, at least 1 s; null for no lock
 */
public record Placement(
        TaskMessage message,
        TaskState state,
        Instant at,
        @Nullable Duration lockFor) {
    /** Where {@code task} belongs when it is enqueued at {@code now}. */
    public static Placement of(Task task, Options call, Instant now) {
        var options = task.resolve(call);
        var message = TaskMessage.of(task.type(), task.payload(), options);
        var start = options.startAfter(now);
        var lock = options.uniqueFor().orElse(null);
        if (start.isAfter(now)) {
            var due = Instant.ofEpochSecond(Seconds.up(start));
            return new Placement(
                    message, TaskState.SCHEDULED, due, lock == null ? null : lock.plus(Duration.between(now, due)));
        }
        return new Placement(message, message.group().isEmpty() ? TaskState.PENDING : TaskState.AGGREGATING, now, lock);
    }

    /** What the caller is told when it was stored. */
    public TaskInfo info() {
        return message.info(state, state == TaskState.AGGREGATING ? null : at);
    }
}
