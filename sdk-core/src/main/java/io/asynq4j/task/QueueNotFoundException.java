package io.asynq4j.task;

/** There is no queue of this name: no task was ever put on it, or it was removed. */
public final class QueueNotFoundException extends TaskException {
    private static final long serialVersionUID = 1;

    private final String queue;

    public QueueNotFoundException(String queue) {
        super("there is no queue \"" + queue + '"', null);
        this.queue = queue;
    }

    public String queue() {
        return queue;
    }
}
