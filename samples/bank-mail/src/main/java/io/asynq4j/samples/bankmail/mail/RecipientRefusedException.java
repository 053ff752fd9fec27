package io.asynq4j.samples.bankmail.mail;

import java.io.IOException;

/** The mail server will never take a letter to this address. */
public final class RecipientRefusedException extends IOException {
    private static final long serialVersionUID = 1;

    public RecipientRefusedException(Throwable cause) {
        super("the mail server refuses the recipient for good", cause);
    }
}
