package io.asynq4j.samples.bankmail.mail;

import java.io.IOException;

/** Sends letters. Safe for use by many threads; blocks. */
@FunctionalInterface
public interface Mailer {
    /**
     * Sends a letter, and returns when the next server has it.
     *
     * @throws RecipientRefusedException when it will never be taken
     * @throws IOException when it was not taken now
     */
    void send(Letter letter) throws IOException;
}
