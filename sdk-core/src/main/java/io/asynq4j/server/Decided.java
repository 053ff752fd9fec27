package io.asynq4j.server;

import io.asynq4j.spi.Ending;
import io.asynq4j.spi.Settled;
import org.jspecify.annotations.Nullable;

/**
 * What an attempt has come to, on its way to the broker.
 *
 * @param cause of a failure; null when there was none
 * @param before what the broker made of it when it was last tried; null when it was not
 */
record Decided(
        Attempt attempt,
        Ending ending,
        @Nullable Throwable cause,
        @Nullable Settled before) {
    Decided after(Settled answer) {
        return new Decided(attempt, ending, cause, answer);
    }

    /** Whether the broker did not write it when it was last tried, for a fault in its queue. */
    boolean wasBlocked() {
        return before == Settled.BLOCKED;
    }

    String queue() {
        return attempt.key().queue();
    }
}
