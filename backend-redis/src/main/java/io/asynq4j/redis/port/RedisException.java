package io.asynq4j.redis.port;

import org.jspecify.annotations.Nullable;

/** Redis gave no usable answer to a call. */
public final class RedisException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public RedisException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
