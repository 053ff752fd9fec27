package io.asynq4j.samples.bankmail.members;

/** Another member has this address. */
public final class EmailTakenException extends RuntimeException {
    private static final long serialVersionUID = 1;

    EmailTakenException(Throwable cause) {
        super("another member has this address", cause);
    }
}
