package io.asynq4j.samples.bankmail.members;

import java.time.Instant;

/**
 * A member who was not sent the code.
 *
 * @param tried whether the code is stored, so that somebody was about to send it
 */
public record NotAsked(long id, Instant createdAt, boolean tried) {
    /** Where the first page begins. */
    public static final NotAsked BEFORE_ALL = new NotAsked(0, Instant.EPOCH, false);
}
