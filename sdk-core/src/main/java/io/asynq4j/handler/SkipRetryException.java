package io.asynq4j.handler;

import io.asynq4j.task.TaskException;
import org.jspecify.annotations.Nullable;

/** Thrown by a handler, directly or as a cause: the task failed and is archived at once, whatever retries are left. */
public final class SkipRetryException extends TaskException {
    private static final long serialVersionUID = 1;

    public SkipRetryException(String message) {
        this(message, null);
    }

    public SkipRetryException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
