package io.asynq4j.task;

/** The queue holds tasks, so it was not removed. */
public final class QueueNotEmptyException extends TaskException {
    private static final long serialVersionUID = 1;

    private final String queue;

    /**
     * Says that the queue was not removed.
     *
     * @param active whether some of its tasks are being worked on, which hinders a forced removal too
     */
    public QueueNotEmptyException(String queue, boolean active) {
        super("queue \"" + queue + "\" is not empty" + (active ? ": tasks are being worked on" : ""), null);
        this.queue = queue;
    }

    public String queue() {
        return queue;
    }
}
