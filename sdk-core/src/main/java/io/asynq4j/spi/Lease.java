package io.asynq4j.spi;

import java.time.Instant;

/**
 * A fetched task, ours to work on until {@code expiresAt} unless the heartbeat extends it.
 *
 * @param message the task
 * @param attempt names this attempt among all attempts at the task, so that a late worker cannot end a later one's
 * @param expiresAt when the task may be given to somebody else
 */
public record Lease(TaskMessage message, String attempt, Instant expiresAt) {
    public String queue() {
        return message.queue();
    }

    public String id() {
        return message.id();
    }

    /** The same lease of its task with another record. */
    public Lease of(TaskMessage message) {
        return new Lease(message, attempt, expiresAt);
    }

    /** The same lease, held for longer. */
    public Lease until(Instant expiresAt) {
        return new Lease(message, attempt, expiresAt);
    }
}
