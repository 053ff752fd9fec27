package io.asynq4j.time;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;

/**
 * Where the engine gets its time. Tests pass a virtual one, and then nothing in the engine reads a clock or sleeps.
 *
 * <p>Safe for use by many threads.
 */
public interface Timekeeper extends InstantSource {
    /**
     * Runs {@code action} once, {@code delay} from now, unless the handle is closed before that.
     *
     * <p>The action runs on the timekeeper's own thread: it must be short and must not block. A delay of zero or less
     * means as soon as possible, and never on the calling thread before this method returns.
     */
    Handle after(Duration delay, Runnable action);

    /** Monotonic nanoseconds, for measuring how long something took. */
    long nanoTime();

    /**
     * Waits until {@code stage} has ended, however it ended; virtual time moves on instead of waiting. This is the only
     * place where the engine waits.
     *
     * @throws InterruptedException when the calling thread is interrupted first
     */
    void await(CompletionStage<?> stage) throws InterruptedException;
}
