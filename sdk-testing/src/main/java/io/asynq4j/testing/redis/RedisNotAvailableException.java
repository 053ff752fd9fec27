package io.asynq4j.testing.redis;

/** No Redis could be started on this machine. The message names all that was tried, and why each did not do. */
public final class RedisNotAvailableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    RedisNotAvailableException(String message) {
        super(message);
    }
}
