package io.asynq4j.task;

/** The task is in a state in which this cannot be done to it; nothing was changed. */
public final class TaskStateException extends TaskException {
    private static final long serialVersionUID = 1;

    private final String queue;
    private final String id;

    /**
     * Says that nothing was done to the task.
     *
     * @param why what hinders, such as {@code "is being worked on"}
     */
    public TaskStateException(String queue, String id, String why) {
        super("task \"" + id + "\" of queue \"" + queue + "\" " + why, null);
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
