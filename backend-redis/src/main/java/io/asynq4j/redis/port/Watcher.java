package io.asynq4j.redis.port;

/** Told what became of keys that were read. On a thread of the driver, which must not be blocked. */
public interface Watcher {
    /** {@code key} was written, expired or deleted, and is not watched any more until it is read again. */
    void changed(String key);

    /**
     * Any key may have been written, and none is watched: all were deleted, the connection is lost, or there is one again. So read
     * again.
     */
    void reset();
}
