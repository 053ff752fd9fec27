package io.asynq4j.handler;

import io.asynq4j.task.TaskException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown by a handler, directly or as a cause: the task is not wanted any more and is deleted, neither retried nor
 * archived, even if it has a retention.
 */
public final class RevokeTaskException extends TaskException {
    private static final long serialVersionUID = 1;

    public RevokeTaskException(String message) {
        this(message, null);
    }

    public RevokeTaskException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
