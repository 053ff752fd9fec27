package io.asynq4j.redis.wire;

/** Bytes that are not the record they should be, or text that no record can hold. */
public final class WireException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public WireException(String message) {
        super(message);
    }
}
