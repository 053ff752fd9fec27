package io.asynq4j.cli;

import io.asynq4j.task.BrokerUnavailableException;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Letting time pass, and doing things again and again. */
final class Waiting {
    private Waiting() {}

    /** Waits for {@code length}. */
    static void until(Timekeeper time, Duration length) {
        var over = new CompletableFuture<Void>();
        var timer = time.after(length, () -> over.complete(null));
        try {
            time.await(over);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BrokerUnavailableException("interrupted while waiting", interrupted);
        } finally {
            timer.close();
        }
    }
}
