package io.asynq4j.handler;

import io.asynq4j.task.TaskException;

/** An attempt was cancelled. Handlers may throw it to say that they ended because of it. */
public final class TaskCancelledException extends TaskException {
    private static final long serialVersionUID = 1;

    private final CancelReason reason;

    public TaskCancelledException(CancelReason reason) {
        super(reason.text(), null);
        this.reason = reason;
    }

    public CancelReason reason() {
        return reason;
    }
}
