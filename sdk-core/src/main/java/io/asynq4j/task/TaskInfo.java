package io.asynq4j.task;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A task as the broker has it: what it is, how it is to be treated, and how far it got.
 *
 * @param id unique within {@code queue}
 * @param state where the task was when this was read
 * @param limits how the task is to be treated
 * @param progress how far it got
 * @param sighting what was found beside the record; {@link Sighting#NONE} where nobody looked, as after an enqueue
 */
public record TaskInfo(
        String id,
        String queue,
        String type,
        Payload payload,
        Map<String, String> headers,
        TaskState state,
        Limits limits,
        Progress progress,
        Sighting sighting) {
    /** Copies the headers. */
    public TaskInfo {
        headers = Headers.copyOf(headers);
    }

    public int maxRetry() {
        return limits.maxRetry();
    }

    public int retried() {
        return progress.retried();
    }

    /** The group that the task waits in, or came from. */
    public Optional<String> group() {
        return Optional.ofNullable(limits.group());
    }

    /** When the task runs next: now for a pending one, its time for one that waits, otherwise empty. */
    public Optional<Instant> nextProcessAt() {
        return Optional.ofNullable(progress.nextProcessAt());
    }

    /** The text of the last failure. */
    public Optional<String> lastError() {
        return Optional.ofNullable(progress.lastError());
    }

    /** What the task's handler wrote last. */
    public Optional<Payload> result() {
        return sighting.result().isPresent() ? Optional.of(sighting.result()) : Optional.empty();
    }

    /** Whether the task is active, while whoever worked on it seems to be gone: its lease has expired, or there is none. */
    public boolean orphaned() {
        return sighting.orphaned();
    }

    /** Since when the task has been in its state, or in its group; empty where nobody has written that down. */
    public Optional<Instant> since() {
        return Optional.ofNullable(sighting.since());
    }

    /** The same task, with what was found beside its record. */
    public TaskInfo with(Sighting sighting) {
        return new TaskInfo(id, queue, type, payload, headers, state, limits, progress, sighting);
    }

    /**
     * How a task is to be treated.
     *
     * @param maxRetry how often it may be retried
     * @param timeout of one attempt; null for none
     * @param deadline of the task; null for none
     * @param retention how long it is kept after success; zero for not at all
     * @param group the group it belongs to; null for none
     */
    public record Limits(
            int maxRetry,
            @Nullable Duration timeout,
            @Nullable Instant deadline,
            Duration retention,
            @Nullable String group) {}

    /**
     * How far a task got.
     *
     * @param retried how many of its retries were used
     * @param lastError text of the last failure; null for none
     * @param lastFailedAt null when it never failed
     * @param completedAt null when it has not succeeded, or is not kept
     * @param nextProcessAt when it runs next; null when it does not, or nobody can say
     */
    public record Progress(
            int retried,
            @Nullable String lastError,
            @Nullable Instant lastFailedAt,
            @Nullable Instant completedAt,
            @Nullable Instant nextProcessAt) {}

    /**
     * What a broker found when it looked at a task.
     *
     * @param since since when the task has been in its state or group; null where nobody has written that down
     * @param result what its handler wrote last; {@link Payload#none()} for nothing
     * @param orphaned whether it is active without a lease that holds
     */
    public record Sighting(@Nullable Instant since, Payload result, boolean orphaned) {
        /** Nothing. */
        public static final Sighting NONE = new Sighting(null, Payload.none(), false);
    }
}
