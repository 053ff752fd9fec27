package io.asynq4j.task;

import org.jspecify.annotations.Nullable;

/** The root of all that this library throws about tasks, their queues and the broker. */
public abstract class TaskException extends RuntimeException {
    private static final long serialVersionUID = 1;

    protected TaskException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
