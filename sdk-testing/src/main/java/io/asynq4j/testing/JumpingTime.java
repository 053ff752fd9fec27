package io.asynq4j.testing;

import io.asynq4j.time.Handle;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;

/** Another time's time, with a clock that somebody has put forward or back. */
final class JumpingTime implements Timekeeper {
    private final Timekeeper time;
    private final AtomicReference<Duration> offset = new AtomicReference<>(Duration.ZERO);

    JumpingTime(Timekeeper time) {
        this.time = time;
    }

    void jump(Duration by) {
        offset.accumulateAndGet(by, Duration::plus);
    }

    @Override
    public Instant instant() {
        return time.instant().plus(offset.get());
    }

    @Override
    public Handle after(Duration delay, Runnable action) {
        return time.after(delay, action);
    }

    @Override
    public long nanoTime() {
        return time.nanoTime();
    }

    @Override
    public void await(CompletionStage<?> stage) throws InterruptedException {
        time.await(stage);
    }
}
