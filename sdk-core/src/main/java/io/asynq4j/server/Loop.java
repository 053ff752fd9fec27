package io.asynq4j.server;

import io.asynq4j.task.BrokerUnavailableException;
import io.asynq4j.time.Handle;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes turns for as long as it is wanted: one at a time, each telling when it wants the next. Waking it early, leaving a
 * failing broker alone, and stopping live here, once for all loops.
 *
 * <pre>
 *   RESTING ──timer or wake──► TURNING ──► RESTING
 *      ▲                          │ failed
 *      └─timer, retry─ PENALTY ◄──┘            stop, from each of them: STOPPED when the turn has ended
 * </pre>
 */
final class Loop {
    /** What a loop does each time. */
    @FunctionalInterface
    interface Turn {
        /** Does what there is to do, and answers when to be called next; zero or less is at once. */
        Duration runOnce();

        /** This, and in the same turn {@code more}. */
        default Turn andThen(Runnable more) {
            return () -> {
                var next = runOnce();
                more.run();
                return next;
            };
        }
    }

    /** How long a turn waits that wants to be woken: in truth a look now and then. */
    static final Duration UNTIL_WOKEN = Duration.ofSeconds(30);

    private static final int MOST_YIELDS = 3;

    private static final Logger log = LoggerFactory.getLogger(Loop.class);

    private enum Phase {
        RESTING,
        TURNING,
        PENALTY,
        STOPPED
    }

    private final String name;
    private final Turn turn;
    private final Shared shared;
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();

    private final Object lock = new Object(); // guards the fields below
    private Phase phase = Phase.RESTING;
    private volatile boolean woken; // volatile for whoever lingers or wakes without the lock
    private boolean stopping;
    private @Nullable Handle timer;
    private int failures;
    private long since; // nanoseconds: when the turn under way began, or when the next is due
    private @Nullable Thread thread;

    /** What all loops of a server share. */
    record Shared(Timekeeper time, Threads threads, Vitals vitals, RandomGenerator random) {}

    /** Gives each loop its executor. */
    @FunctionalInterface
    interface Threads {
        Executor named(String role);
    }

    Loop(String name, Turn turn, Shared shared) {
        this.name = name;
        this.turn = turn;
        this.shared = shared;
    }

    /** Takes the first turn {@code delay} from now. */
    void start(Duration delay) {
        synchronized (lock) {
            rest(delay, Phase.RESTING);
        }
    }

    /** Takes a turn soon, and another one if it is in the middle of one. Not while the broker is left alone. */
    void wake() {
        if (woken) { // by somebody else: there is another turn, and it has not begun
            return;
        }
        synchronized (lock) {
            switch (phase) {
                case TURNING -> woken = true;
                case RESTING -> launch();
                case PENALTY, STOPPED -> {}
            }
        }
    }

    /** Takes a turn soon if the broker is left alone just now, since somebody else has heard from it. */
    void retry() {
        synchronized (lock) {
            if (phase == Phase.PENALTY) {
                launch();
            }
        }
    }

    /** Takes no more turns. The stage ends when the one under way, if any, has ended. */
    CompletionStage<Void> stop() {
        synchronized (lock) {
            stopping = true;
            if (phase != Phase.TURNING) {
                halt();
            }
        }
        return stopped;
    }

    String name() {
        return name;
    }

    /** How long this loop has been in its turn, or has missed one; zero when it rests as it should. */
    Duration late() {
        synchronized (lock) {
            return phase == Phase.STOPPED
                    ? Duration.ZERO
                    : Duration.ofNanos(Math.max(0, shared.time.nanoTime() - since));
        }
    }

    /** The thread that is in a turn, if one is. */
    @Nullable
    Thread thread() {
        synchronized (lock) {
            return thread;
        }
    }

    private void launch() {
        cancelTimer();
        phase = Phase.TURNING;
        since = shared.time.nanoTime();
        try {
            shared.threads.named(name).execute(this::turns);
        } catch (RejectedExecutionException closing) {
            halt();
        } catch (Throwable noThread) { // out of memory, most likely, and there may be one later
            log.error("there is no thread for the {}, which tries again", name, noThread);
            failures++;
            rest(Backoff.after(failures, shared.random), Phase.PENALTY);
        }
    }

    private void turns() {
        synchronized (lock) {
            thread = Thread.currentThread();
        }
        Duration next;
        do {
            next = turnOnce();
            linger(next);
        } while (goesOn(next));
    }

    /**
     * Lets others run before this rests. Where there is much to do they give it more to do meanwhile, so turns are fewer and
     * larger: with 10 handlers that do nothing, a third fewer calls of Redis, and a third less processor time for each task.
     */
    @SuppressWarnings("ThreadPriorityCheck") // a hint: where the scheduler takes no notice, this rests as it would have
    private void linger(@Nullable Duration next) {
        if (next == null || next.isZero() || next.isNegative()) {
            return;
        }
        for (int i = 0; i < MOST_YIELDS && !woken; i++) {
            Thread.yield();
        }
    }

    /** The wait until the next turn; null after a failure. */
    private @Nullable Duration turnOnce() {
        try {
            var next = turn.runOnce();
            shared.vitals.succeeded(name);
            return next;
        } catch (BrokerUnavailableException unavailable) {
            shared.vitals.failed(name, unavailable, this::retry);
            return null;
        } catch (Throwable bug) { // Errors too: a server without this loop would be worse than one that failed once
            log.error("the {} failed and goes on", name, bug);
            return null;
        }
    }

    private boolean goesOn(@Nullable Duration next) {
        synchronized (lock) {
            if (stopping) {
                halt();
                return false;
            }
            if (next == null) {
                failures++;
                rest(Backoff.after(failures, shared.random), Phase.PENALTY);
                return false;
            }
            failures = 0;
            if (woken || next.isZero() || next.isNegative()) {
                woken = false;
                since = shared.time.nanoTime();
                return true;
            }
            rest(next, Phase.RESTING);
            return false;
        }
    }

    private void rest(Duration delay, Phase how) {
        woken = false;
        phase = how;
        thread = null;
        since = shared.time.nanoTime() + delay.toNanos();
        timer = shared.time.after(delay, this::timeIsUp);
    }

    private void timeIsUp() {
        synchronized (lock) {
            if (phase == Phase.RESTING || phase == Phase.PENALTY) {
                launch();
            }
        }
    }

    private void halt() {
        cancelTimer();
        phase = Phase.STOPPED;
        thread = null;
        stopped.complete(null);
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.close();
            timer = null;
        }
    }
}
