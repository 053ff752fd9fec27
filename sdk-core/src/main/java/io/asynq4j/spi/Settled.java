package io.asynq4j.spi;

/** What became of an {@link Ending}. */
public enum Settled {
    /** Written: the attempt has ended as told. */
    WRITTEN,
    /** Refused, nothing changed: the attempt was not the task's current one any more. */
    NOT_HELD,
    /** No answer came: written or not. */
    UNKNOWN
}
