package io.asynq4j.lettuce;

import io.lettuce.core.resource.ClientResources;
import io.netty.util.Timeout;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** Doing something later, by the timer and the threads of the driver. */
final class Timers {
    private Timers() {}

    /** Runs {@code action} after {@code delay}, unless that is cancelled; empty when the threads for that have ended. */
    static Optional<Timeout> after(ClientResources resources, Duration delay, Runnable action) {
        try {
            return Optional.of(resources
                    .timer()
                    .newTimeout(
                            due -> resources.eventExecutorGroup().execute(action),
                            delay.toNanos(),
                            TimeUnit.NANOSECONDS));
        } catch (IllegalStateException | RejectedExecutionException stopped) {
            return Optional.empty();
        }
    }
}
