package io.asynq4j.handler;

/** Why an attempt was cancelled before its handler had ended. */
public enum CancelReason {
    /** The timeout or the deadline has passed; the attempt counts as failed. */
    DEADLINE("context deadline exceeded"),
    /** A person asked for it; the attempt counts as failed. */
    OPERATOR("context canceled"),
    /** The task does not belong to this server any more; nothing that comes of the attempt counts. */
    LEASE_LOST("asynq: task lease expired"),
    /** The server is closing; the task goes back to its queue, and no retry is used up. */
    SHUTDOWN("asynq: server is shutting down");

    private final String text;

    CancelReason(String text) {
        this.text = text;
    }

    /** The error text that the task's record gets, the same as asynq's. */
    public String text() {
        return text;
    }
}
