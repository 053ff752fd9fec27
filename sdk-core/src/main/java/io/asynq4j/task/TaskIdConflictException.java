package io.asynq4j.task;

/** The queue holds a task of this id already, in whatever state; nothing was stored. */
public final class TaskIdConflictException extends TaskException {
    private static final long serialVersionUID = 1;

    private final String queue;
    private final String id;

    public TaskIdConflictException(String queue, String id) {
        super("queue " + queue + " holds a task with id " + id + " already", null);
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
