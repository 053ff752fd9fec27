package io.asynq4j.task;

/** Another task holds the unique lock of this queue, type and payload; nothing was stored. */
public final class DuplicateTaskException extends TaskException {
    private static final long serialVersionUID = 1;

    private final String queue;
    private final String id;

    /** Says that the task {@code id} was refused. */
    public DuplicateTaskException(String queue, String id, String type) {
        super("a task like this is already waiting or running: type " + type + " in queue " + queue, null);
        this.queue = queue;
        this.id = id;
    }

    public String queue() {
        return queue;
    }

    /** The id of the task that was refused, not of the one that holds the lock. */
    public String id() {
        return id;
    }
}
