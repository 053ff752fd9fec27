package io.asynq4j.spi;

import io.asynq4j.time.Handle;

/** Being told that there may be something to do, instead of asking again and again. */
public interface WakeUps {
    /**
     * Calls {@code changed} when tasks may have become pending, or due earlier than before, until the handle is closed.
     *
     * <p>A hint, and no more: it may come without need, and a broker that cannot tell never gives it, so whoever watches looks
     * from time to time all the same. It comes on any thread and must not be blocked.
     */
    Handle watch(Runnable changed);
}
