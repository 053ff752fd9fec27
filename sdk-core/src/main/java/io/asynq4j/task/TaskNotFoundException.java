package io.asynq4j.task;

/** The queue holds no task of this id. */
public final class TaskNotFoundException extends TaskException {
    private static final long serialVersionUID = 1;

    private final String queue;
    private final String id;

    public TaskNotFoundException(String queue, String id) {
        super("queue \"" + queue + "\" holds no task with id \"" + id + '"', null);
        this.queue = queue;
        this.id = id;
    }

    public String queue() {
        return queue;
    }

    public String id() {
        return id;
    }
}
