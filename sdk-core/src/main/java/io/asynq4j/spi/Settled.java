package io.asynq4j.spi;

/** What became of an {@link Ending}. */
public enum Settled {
    /** Written: the attempt has ended as told. */
    WRITTEN,
    /** Refused, nothing changed: the attempt was not the task's current one any more. */
    NOT_HELD,
    /**
     * Not written, nothing changed, for a fault in the queue: something else lies where the task would go, or where its lease
     * is. Other queues are well.
     */
    BLOCKED,
    /** No answer came: written or not. */
    UNKNOWN
}
