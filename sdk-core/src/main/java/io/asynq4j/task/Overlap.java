package io.asynq4j.task;

/** What a periodic task does when it falls due while its task of the time before is not finished: neither done nor archived. */
public enum Overlap {
    /** Enqueues all the same. */
    ALLOW,
    /** Enqueues nothing this time. */
    SKIP,
    /** Enqueues when the one before is finished; however often it falls due until then, one waits. */
    BUFFER_ONE,
    /**
     * Enqueues, and ends the one before: it is deleted where it waits, and asked to stop where it runs. Should it be retried
     * after that, it is deleted then.
     */
    CANCEL_PREVIOUS;

    /** In lower case, as it is stored. */
    public String word() {
        return switch (this) {
            case ALLOW -> "allow";
            case SKIP -> "skip";
            case BUFFER_ONE -> "buffer";
            case CANCEL_PREVIOUS -> "cancel";
        };
    }
}
