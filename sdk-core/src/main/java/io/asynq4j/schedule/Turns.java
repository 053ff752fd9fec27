package io.asynq4j.schedule;

import io.asynq4j.task.BrokerUnavailableException;
import io.asynq4j.time.Handle;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes turns until stopped, one at a time, each telling when it wants the next. Safe for use by many threads. */
final class Turns {
    private static final Logger log = LoggerFactory.getLogger(Scheduler.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final int MOST_DOUBLINGS = 5; // 3.2 s

    private final String name;
    private final Turn turn;
    private final Timekeeper time;
    private final Executor executor;
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();

    private final Object lock = new Object(); // guards the fields below
    private @Nullable Handle timer;
    private boolean turning;
    private boolean woken;
    private boolean stopping;
    private @Nullable Thread thread;
    private int failures;
    private boolean away;

    /** What is done each time. */
    @FunctionalInterface
    interface Turn {
        /** Does what there is to do, and answers when to be called next; zero or less is at once. */
        Duration runOnce();
    }

    Turns(String name, Turn turn, Timekeeper time, Executor executor) {
        this.name = name;
        this.turn = turn;
        this.time = time;
        this.executor = executor;
    }

    /** Takes a turn soon, and one more if it is in the middle of one. Nothing is taken before the first call. */
    void wake() {
        synchronized (lock) {
            if (turning) {
                woken = true;
            } else if (failures == 0) {
                launch();
            }
        }
    }

    /** Takes no more turns. The stage ends when the one under way, if any, has ended. */
    CompletionStage<Void> stop() {
        boolean ended;
        synchronized (lock) {
            stopping = true;
            ended = !turning;
            cancelTimer();
        }
        if (ended) {
            stopped.complete(null);
        }
        return stopped;
    }

    /** Whether this is called by a turn. */
    boolean inTurn() {
        synchronized (lock) {
            return thread == Thread.currentThread();
        }
    }

    private void launch() {
        if (stopping) {
            return;
        }
        cancelTimer();
        turning = true;
        try {
            executor.execute(this::run);
        } catch (RejectedExecutionException closing) {
            turning = false; // nothing runs any more, until somebody stops this
        }
    }

    private void run() {
        synchronized (lock) {
            thread = Thread.currentThread();
            woken = false;
        }
        Duration next = null;
        try {
            next = turn.runOnce();
            answered();
        } catch (BrokerUnavailableException unavailable) {
            unanswered(unavailable);
        } catch (Throwable bug) { // Errors too: periodic tasks that stop in silence would be worse
            log.error("the {} failed and goes on", name, bug);
        }
        rest(next);
    }

    private void rest(@Nullable Duration next) {
        synchronized (lock) {
            thread = null;
            turning = false;
            if (!stopping) {
                restFor(next);
                return;
            }
        }
        stopped.complete(null); // without the lock, since others go on from here
    }

    private void restFor(@Nullable Duration next) {
        failures = next == null ? failures + 1 : 0;
        var pause = next == null
                ? FIRST_PAUSE.multipliedBy(1L << Math.min(failures - 1, MOST_DOUBLINGS))
                : woken ? Duration.ZERO : next;
        timer = time.after(pause, this::timeIsUp);
    }

    private void timeIsUp() {
        synchronized (lock) {
            if (!turning) {
                launch();
            }
        }
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.close();
            timer = null;
        }
    }

    private void unanswered(BrokerUnavailableException why) {
        if (!away) {
            away = true;
            log.warn("the {} cannot reach the broker and keeps trying: {}", name, why.getMessage());
        }
    }

    private void answered() {
        if (away) {
            away = false;
            log.info("the broker answers the {} again", name);
        }
    }
}
