package io.asynq4j.testing;

import io.asynq4j.time.Handle;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What one server stands on: its time and its thread. It can be pulled away, and then nothing of the server goes on, as if
 * its process were gone. Safe for use by many threads.
 */
final class Ground implements Timekeeper {
    private final VirtualTime time;
    private final Timekeeper clock;
    private final Set<Timer> timers = ConcurrentHashMap.newKeySet();
    private volatile boolean gone;

    /** @param clock what the server takes for the time; it may differ from {@code time} */
    Ground(VirtualTime time, Timekeeper clock) {
        this.time = time;
        this.clock = clock;
    }

    Executor executor() {
        return action -> time.executor().execute(() -> {
            if (!gone) {
                action.run();
            }
        });
    }

    /** How many timers of this server are pending. */
    int timers() {
        return timers.size();
    }

    boolean isGone() {
        return gone;
    }

    void pullAway() {
        gone = true;
        List.copyOf(timers).forEach(Timer::close);
    }

    @Override
    public Handle after(Duration delay, Runnable action) {
        if (gone) {
            return () -> {};
        }
        var timer = new Timer(action);
        timers.add(timer);
        timer.handle = time.after(delay, timer);
        return timer;
    }

    @Override
    public Instant instant() {
        return clock.instant();
    }

    @Override
    public long nanoTime() {
        return time.nanoTime();
    }

    @Override
    public void await(CompletionStage<?> stage) throws InterruptedException {
        time.await(stage);
    }

    private final class Timer implements Runnable, Handle {
        private final Runnable action;
        private volatile @Nullable Handle handle;

        Timer(Runnable action) {
            this.action = action;
        }

        @Override
        public void run() {
            if (timers.remove(this) && !gone) {
                action.run();
            }
        }

        @Override
        public void close() {
            timers.remove(this);
            var set = handle;
            if (set != null) {
                set.close();
            }
        }
    }
}
