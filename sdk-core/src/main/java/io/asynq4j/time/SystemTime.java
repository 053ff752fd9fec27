package io.asynq4j.time;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Real time: the system's clock, and one daemon thread, started at the first timer, that fires all timers.
 *
 * <p>Safe for use by many threads. Whoever opens it closes it; timers that are pending then never fire.
 */
public final class SystemTime implements Timekeeper, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SystemTime.class);

    private final ScheduledThreadPoolExecutor timer;

    private SystemTime(ScheduledThreadPoolExecutor timer) {
        this.timer = timer;
    }

    /** Opens a timekeeper of its own. */
    public static SystemTime open() {
        var timer = new ScheduledThreadPoolExecutor(1, action -> {
            var thread = new Thread(action, "asynq4j-timer");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true); // deadlines are usually cancelled: they must not pile up
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return new SystemTime(timer);
    }

    @Override
    public Instant instant() {
        return Instant.now();
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Handle after(Duration delay, Runnable action) {
        try {
            var fired = timer.schedule(() -> guarded(action), nanos(delay), TimeUnit.NANOSECONDS);
            return () -> fired.cancel(false);
        } catch (RejectedExecutionException closed) {
            return () -> {};
        }
    }

    @Override
    public void await(CompletionStage<?> stage) throws InterruptedException {
        var ended = new CountDownLatch(1);
        stage.whenComplete((value, failure) -> ended.countDown());
        ended.await();
    }

    @Override
    public void close() {
        timer.shutdown();
    }

    private static long nanos(Duration delay) {
        try {
            return Math.max(0, delay.toNanos());
        } catch (ArithmeticException longerThan292Years) {
            return delay.isNegative() ? 0 : Long.MAX_VALUE / 2;
        }
    }

    private static void guarded(Runnable action) {
        try {
            action.run();
        } catch (Throwable bug) { // Errors too: nobody else would hear of them
            log.error("a timer's action failed", bug);
        }
    }
}
