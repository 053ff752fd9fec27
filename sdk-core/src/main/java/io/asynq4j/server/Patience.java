package io.asynq4j.server;

import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Waiting for something, but not for ever. */
final class Patience {
    private final Timekeeper time;

    Patience(Timekeeper time) {
        this.time = time;
    }

    /**
     * Waits until {@code stage} has ended, however it ended, but at most {@code limit}. An interrupted thread does not wait,
     * and stays interrupted.
     *
     * @return whether it has ended
     */
    boolean await(CompletionStage<?> stage, Duration limit) {
        var over = new CompletableFuture<Boolean>();
        stage.whenComplete((value, failure) -> over.complete(true));
        var timer = time.after(limit, () -> over.complete(false));
        try {
            time.await(over);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            timer.close();
        }
        return over.getNow(false);
    }
}
