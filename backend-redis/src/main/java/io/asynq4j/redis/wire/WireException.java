package io.asynq4j.redis.wire;

/** Bytes that are not the message they should be. The text tells what is wrong and where, and none of the content. */
public final class WireException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** @param message what is wrong with the bytes */
    public WireException(String message) {
        super(message);
    }
}
