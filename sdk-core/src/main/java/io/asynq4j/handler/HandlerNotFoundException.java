package io.asynq4j.handler;

import io.asynq4j.task.GoText;
import io.asynq4j.task.TaskException;

/** No handler of the router matches the type of a task. An ordinary failure: another server may know the type. */
public final class HandlerNotFoundException extends TaskException {
    private static final long serialVersionUID = 1;

    private final String type;

    public HandlerNotFoundException(String type) {
        super("handler not found for task " + GoText.quote(type), null);
        this.type = type;
    }

    public String type() {
        return type;
    }
}
