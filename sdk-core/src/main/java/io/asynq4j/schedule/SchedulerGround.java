package io.asynq4j.schedule;

import io.asynq4j.time.SystemTime;
import io.asynq4j.time.Timekeeper;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a scheduler stands on: time and a thread, its own unless they were given.
 *
 * @param closeOwn lets go of those that are its own
 */
record SchedulerGround(Timekeeper time, Executor executor, Runnable closeOwn) {
    private static final long IDLE_SECONDS = 60;

    static SchedulerGround of(@Nullable Timekeeper given, @Nullable Executor executor) {
        var own = given == null ? SystemTime.open() : null;
        var thread = executor == null ? thread() : null;
        return new SchedulerGround(
                given == null ? Objects.requireNonNull(own) : given,
                executor == null ? Objects.requireNonNull(thread) : executor,
                () -> {
                    if (own != null) {
                        own.close();
                    }
                    if (thread != null) {
                        thread.shutdown();
                    }
                });
    }

    /** Waits for {@code stage}, or until this thread is interrupted, which it then stays. */
    void await(CompletionStage<?> stage) {
        try {
            time.await(stage);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Started when needed. A daemon: it keeps no program alive. */
    private static ThreadPoolExecutor thread() {
        var pool = new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), action -> {
            var daemon = new Thread(action, "asynq4j-scheduler");
            daemon.setDaemon(true);
            return daemon;
        });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
