package io.asynq4j.testing;

import io.asynq4j.spi.Lease;
import io.asynq4j.spi.Seconds;
import io.asynq4j.spi.TaskMessage;
import io.asynq4j.task.Payload;
import io.asynq4j.task.TaskState;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One task in memory. A task that moves is another value.
 *
 * @param time what a sorted set's score is in Redis: whole seconds; for a pending task since when it is that
 * @param lock the unique lock it was stored with; null for none
 * @param attempt names the attempt of an active task; otherwise empty
 * @param crashes how many attempts in a row have lost their worker
 * @param result what a handler wrote last; null for nothing
 */
record Entry(
        TaskMessage message,
        TaskState state,
        Instant time,
        UniqueLocks.@Nullable Key lock,
        String attempt,
        int crashes,
        @Nullable Payload result) {
    /** As sorted sets have it: what has the same time is in the order of its bytes. */
    static final Comparator<Entry> BY_TIME = Comparator.comparing(Entry::time)
            .thenComparing(entry -> entry.id().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

    String id() {
        return message.id();
    }

    Entry in(TaskState state, Instant time) {
        return new Entry(message, state, time, lock, "", crashes, result);
    }

    Entry with(TaskMessage.Progress progress) {
        return new Entry(message.withProgress(progress), state, time, lock, attempt, crashes, result);
    }

    /** With what a handler wrote. */
    Entry with(Payload result) {
        return new Entry(message, state, time, lock, attempt, crashes, result);
    }

    Entry withHeaders(Map<String, String> headers) {
        return new Entry(message.withHeaders(headers), state, time, lock, attempt, crashes, result);
    }

    /** With another count of crashes. */
    Entry crashed(int crashes) {
        return new Entry(message, state, time, lock, attempt, crashes, result);
    }

    /** Active. A fraction of the lease's last second counts as a whole one, so that nobody takes it early. */
    Entry leased(String attempt, Instant until) {
        return new Entry(message, TaskState.ACTIVE, wholeSeconds(until), lock, attempt, crashes, result);
    }

    /** With another payload. */
    Entry withPayload(Payload payload) {
        return new Entry(message.withPayload(payload), state, time, lock, attempt, crashes, result);
    }

    Lease lease() {
        return new Lease(message, attempt, time);
    }

    StoredTask stored() {
        var next = state == TaskState.PENDING || state == TaskState.SCHEDULED || state == TaskState.RETRY ? time : null;
        return new StoredTask(message.info(state, next), time, result);
    }

    /** {@code time}, rounded up. */
    static Instant wholeSeconds(Instant time) {
        return Instant.ofEpochSecond(Seconds.up(time));
    }
}
