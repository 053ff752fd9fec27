package io.asynq4j.testing;

import io.asynq4j.task.Payload;
import io.asynq4j.task.TaskInfo;
import io.asynq4j.task.TaskState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A task as it lies in a broker.
 *
 * @param task what people are told of it
 * @param time by its state: since when it is pending or in its group, when a scheduled or retried one is due, when an active
 *     one's lease expires, when an archived one was archived, when a completed one's retention is over
 * @param result what its handler wrote last; null for nothing
 */
public record StoredTask(
        TaskInfo task, Instant time, @Nullable Payload result) {
    public String id() {
        return task.id();
    }

    public TaskState state() {
        return task.state();
    }
}
