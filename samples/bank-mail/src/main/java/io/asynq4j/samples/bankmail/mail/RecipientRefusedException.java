package io.asynq4j.samples.bankmail.mail;

import java.io.IOException;

/** No letter to this address will ever be taken: the mail server said so, or it is none. */
public final class RecipientRefusedException extends IOException {
    private static final long serialVersionUID = 1;

    public RecipientRefusedException(Throwable cause) {
        super("the recipient is refused for good", cause);
    }
}
