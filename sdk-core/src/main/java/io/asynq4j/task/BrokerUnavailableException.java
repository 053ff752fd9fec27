package io.asynq4j.task;

import org.jspecify.annotations.Nullable;

/**
 * The broker gave no usable answer. Whatever was asked of it may have happened or not, unless the message says so.
 *
 * <p>Enqueueing again with the same task id is safe while the task, or its retained record, exists.
 */
public final class BrokerUnavailableException extends TaskException {
    private static final long serialVersionUID = 1;

    public BrokerUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
