package io.asynq4j.task;

import org.jspecify.annotations.Nullable;

/** A payload does not fit its task type, on the way in or out. */
public final class PayloadException extends TaskException {
    private static final long serialVersionUID = 1;

    private final String type;

    public PayloadException(String type, String message, @Nullable Throwable cause) {
        super("task type " + type + ": " + message, cause);
        this.type = type;
    }

    /** The name of the task type. */
    public String type() {
        return type;
    }
}
