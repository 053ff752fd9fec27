package io.asynq4j.spi;

import io.asynq4j.task.Options;
import io.asynq4j.task.Payload;
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
 * @param lockOn what the lock is on, together with queue and type: the payload, or the bytes of an explicit key
 */
public record Placement(
        TaskMessage message,
        TaskState state,
        Instant at,
        @Nullable Duration lockFor,
        Payload lockOn) {
    /** One whose lock, if any, is on its payload. */
    public Placement(TaskMessage message, TaskState state, Instant at, @Nullable Duration lockFor) {
        this(message, state, at, lockFor, message.payload());
    }

    /**
     * Where {@code task} belongs when it is enqueued at {@code now}.
     *
     * @throws IllegalArgumentException when it breaks a rule for what we store
     */
    public static Placement of(Task task, Options call, Instant now) {
        var options = task.resolve(call);
        var message = TaskMessage.of(task.type(), task.payload(), options);
        var start = options.startAfter(now);
        var lock = options.uniqueFor().orElse(null);
        if (lock == null && options.uniqueKey().isPresent()) {
            throw new IllegalArgumentException("a unique key needs a unique time, see uniqueFor: \""
                    + options.uniqueKey().get() + '"');
        }
        var lockOn = options.uniqueKey().map(Payload::ofUtf8).orElse(message.payload());
        if (start.isAfter(now)) {
            var due = Instant.ofEpochSecond(Seconds.up(start));
            return new Placement(
                    message,
                    TaskState.SCHEDULED,
                    due,
                    lock == null ? null : lock.plus(Duration.between(now, due)),
                    lockOn);
        }
        var state = message.group().isEmpty() ? TaskState.PENDING : TaskState.AGGREGATING;
        return new Placement(message, state, now, lock, lockOn);
    }

    /** What the caller is told when it was stored. */
    public TaskInfo info() {
        return message.info(state, state == TaskState.AGGREGATING ? null : at);
    }
}
