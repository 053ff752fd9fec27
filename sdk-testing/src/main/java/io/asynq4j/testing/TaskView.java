package io.asynq4j.testing;

import io.asynq4j.task.Payload;
import io.asynq4j.task.TaskState;
import io.asynq4j.task.TaskType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A task as a test sees it, at one moment. Flat, so that each component reads as a property in Kotlin.
 *
 * @param retried how many of its retries are used up
 * @param lastError text of the last failure; null when it never failed
 * @param group the group it belongs to; null for none
 * @param at by its state: since when it is pending or in its group, when a scheduled or retried one is due, when an active
 *     one's lease expires, when an archived one was archived, when a completed one's retention is over
 * @param result what its handler wrote last; null for nothing
 */
public record TaskView(
        String id,
        String queue,
        String type,
        TaskState state,
        Payload payload,
        Map<String, String> headers,
        int retried,
        int maxRetry,
        @Nullable String lastError,
        @Nullable String group,
        Instant at,
        @Nullable Payload result) {
    private static final int MOST_PAYLOAD = 200;

    static TaskView of(StoredTask stored) {
        var task = stored.task();
        return new TaskView(
                task.id(),
                task.queue(),
                task.type(),
                task.state(),
                task.payload(),
                task.headers(),
                task.retried(),
                task.maxRetry(),
                task.lastError().orElse(null),
                task.group().orElse(null),
                stored.time(),
                stored.result());
    }

    /**
     * The payload, read by {@code type}'s codec.
     *
     * @throws AssertionError when this is a task of another type
     * @throws io.asynq4j.task.PayloadException when the codec cannot read it
     */
    public <T> T payload(TaskType<T> type) {
        if (!type.name().equals(this.type)) {
            throw new AssertionError("expected a task of type \"" + type.name() + "\", but this is " + this);
        }
        return type.decode(payload);
    }

    /** For messages of tests, so with the payload, as text and cut if it is long. */
    @Override
    public String toString() {
        var text = new StringBuilder(type)
                .append(' ')
                .append(id)
                .append(", ")
                .append(state.word())
                .append(" in ")
                .append(queue)
                .append(" at ")
                .append(at);
        if (payload.isPresent()) {
            text.append(", payload ").append(shown());
        }
        if (!headers.isEmpty()) {
            text.append(", headers ").append(headers);
        }
        if (group != null) {
            text.append(", group ").append(group);
        }
        if (lastError != null) {
            text.append(", retried ").append(retried).append('/').append(maxRetry);
            text.append(", last error \"").append(lastError).append('"');
        }
        return text.toString();
    }

    private String shown() {
        var text = payload.utf8();
        var cut = text.length() > MOST_PAYLOAD ? text.substring(0, MOST_PAYLOAD) + "…" : text;
        boolean readable = payload.size() == text.getBytes(StandardCharsets.UTF_8).length
                && cut.chars().noneMatch(c -> c == 0xFFFD || (c < ' ' && !Character.isWhitespace(c)));
        return readable ? cut : "of " + payload.size() + " bytes";
    }
}
