package io.asynq4j.spi;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A fetched task, ours to work on until {@code expiresAt} unless the heartbeat extends it.
 *
 * @param message the task
 * @param attempt names this attempt among all attempts at the task, so that a late worker cannot end a later one's
 * @param expiresAt when the task may be given to somebody else
 * @param pendingSince when the task became pending before it was fetched; null when that is not known,
 *     as for an attempt that is listed, or was fetched with a lost answer
 */
public record Lease(
        TaskMessage message,
        String attempt,
        Instant expiresAt,
        @Nullable Instant pendingSince) {
    /** A lease of a task of which is not known since when it was pending. */
    public Lease(TaskMessage message, String attempt, Instant expiresAt) {
        this(message, attempt, expiresAt, null);
    }

    public String queue() {
        return message.queue();
    }

    public String id() {
        return message.id();
    }

    /** The same lease of its task with another record. */
    public Lease of(TaskMessage message) {
        return new Lease(message, attempt, expiresAt, pendingSince);
    }

    /** The same lease, held for longer. */
    public Lease until(Instant expiresAt) {
        return new Lease(message, attempt, expiresAt, pendingSince);
    }
}
