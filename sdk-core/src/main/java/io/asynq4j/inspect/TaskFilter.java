package io.asynq4j.inspect;

import io.asynq4j.task.TaskInfo;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which tasks are meant. What is not said does not matter; what is said has to hold all together.
 *
 * @param type the task's type, or what it begins with, followed by {@code *}; null for any
 * @param payload text that its payload holds, as UTF-8; null for any
 * @param error text that its last error holds; null for any
 * @param olderThan how long it has been in its state at least; tasks of which nobody knows that are not meant then; null for any
 */
public record TaskFilter(
        @Nullable String type,
        @Nullable String payload,
        @Nullable String error,
        @Nullable Duration olderThan) {
    /** Refuses a negative age. */
    public TaskFilter {
        if (olderThan != null && olderThan.isNegative()) {
            throw new IllegalArgumentException("an age must not be negative: " + olderThan);
        }
    }

    /** All tasks. */
    public static TaskFilter any() {
        return new TaskFilter(null, null, null, null);
    }

    /** Only tasks of this type, or, where it ends with {@code *}, of types that begin with what stands before it. */
    public TaskFilter type(String type) {
        return new TaskFilter(type, payload, error, olderThan);
    }

    /** Only tasks whose payload holds {@code text}. */
    public TaskFilter payloadContains(String text) {
        return new TaskFilter(type, text, error, olderThan);
    }

    /** Only tasks whose last error holds {@code text}. */
    public TaskFilter errorContains(String text) {
        return new TaskFilter(type, payload, text, olderThan);
    }

    /** Only tasks that have been in their state for {@code age} or longer. */
    public TaskFilter olderThan(Duration age) {
        return new TaskFilter(type, payload, error, age);
    }

    /** Whether {@code task} is meant at {@code now}. */
    public boolean matches(TaskInfo task, Instant now) {
        return (type == null || isOfType(task.type(), type))
                && (error == null
                        || task.lastError().filter(text -> text.contains(error)).isPresent())
                && (olderThan == null || isOld(task, now.minus(olderThan)))
                && (payload == null || holds(task.payload().unsafeBytes(), payload.getBytes(StandardCharsets.UTF_8)));
    }

    private static boolean isOfType(String type, String wanted) {
        return wanted.endsWith("*") ? type.startsWith(wanted.substring(0, wanted.length() - 1)) : type.equals(wanted);
    }

    private static boolean isOld(TaskInfo task, Instant then) {
        return task.since().filter(since -> !since.isAfter(then)).isPresent();
    }

    private static boolean holds(byte[] bytes, byte[] wanted) {
        for (int from = 0; from + wanted.length <= bytes.length; from++) {
            int matched = 0;
            while (matched < wanted.length && bytes[from + matched] == wanted[matched]) {
                matched++;
            }
            if (matched == wanted.length) {
                return true;
            }
        }
        return false;
    }
}
