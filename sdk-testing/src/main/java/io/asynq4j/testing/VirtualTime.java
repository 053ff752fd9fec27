package io.asynq4j.testing;

import io.asynq4j.time.Handle;
import io.asynq4j.time.Timekeeper;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Time that stands still until a test moves it. Timers and the actions of {@link #executor()} run on the thread that
 * moves it, one at a time: all that was submitted, in order, before the next timer; timers by their time, those of one
 * instant in the order they were made, each finding the clock exactly at its own.
 *
 * <p>Safe for use by many threads: any may set timers and submit actions. One thread at a time moves the time, others
 * that want to wait for it. An action may itself move time or {@link #await}. What an action throws is thrown by the
 * outermost call that ran it: by {@link #advance} after all the others have run, by {@link #await} at once.
 */
public final class VirtualTime implements Timekeeper {
    /** How many actions may run without time moving, and how many in one {@link #await}. */
    static final int MOST_STEPS = 1_000_000;

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Agenda agenda = new Agenda();
    private final Instant start;
    private final long patienceNanos;

    // Written by the thread that has the turn.
    private volatile Instant now;
    private volatile Duration slept = Duration.ZERO;

    // Both touched only by the thread that has the turn.
    private int stepsAtThisInstant;
    private @Nullable Throwable failure;

    VirtualTime(Instant start, long patienceNanos) {
        this.start = start;
        this.now = start;
        this.patienceNanos = patienceNanos;
    }

    /** A clock that shows {@code start}. */
    public static VirtualTime startingAt(Instant start) {
        return new VirtualTime(start, PATIENCE_NANOS);
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public long nanoTime() {
        // Wraps like the system's does; only differences mean something.
        var passed = Duration.between(start, now).minus(slept);
        return passed.getSeconds() * 1_000_000_000L + passed.getNano();
    }

    @Override
    public Handle after(Duration delay, Runnable action) {
        var timer = agenda.add(due(delay), action);
        return () -> agenda.remove(timer);
    }

    /** Runs actions in order on the thread that moves time, when it does, or at {@link #runDue()}. */
    public Executor executor() {
        return agenda::add;
    }

    /** How many timers wait to fire. Nothing is left of an engine that has closed. */
    public int pendingTimers() {
        return agenda.timers();
    }

    /** Runs what is due now, and what that makes due, without moving time. */
    public void runDue() {
        inTurn(() -> runUntil(now));
    }

    /**
     * Moves time by {@code duration} and runs all that falls due on the way.
     *
     * @throws IllegalArgumentException when it is negative
     * @throws IllegalStateException when actions go on and on without time moving
     */
    public void advance(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("time cannot move back: " + duration);
        }
        inTurn(() -> runUntil(now.plus(duration)));
    }

    /**
     * Like {@link #advance}, to {@code target}. When an action has moved time further than that, it stays there.
     *
     * @throws IllegalArgumentException when that has passed
     */
    public void advanceTo(Instant target) {
        inTurn(() -> {
            if (target.isBefore(now)) {
                throw new IllegalArgumentException("time cannot move back from " + now + " to " + target);
            }
            runUntil(target);
        });
    }

    /**
     * Runs what is due and moves on to the next timer, until {@code stage} has ended. When nothing is left to run, or
     * another thread is moving time, waits for real, at most 5 s, for somebody else to go on.
     *
     * @throws IllegalStateException when the stage does not end: nothing was left to run for 5 s, or a million steps did
     *     not bring it about
     */
    @Override
    public void await(CompletionStage<?> stage) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted before waiting for " + stage);
        }
        var ended = new AtomicBoolean();
        stage.whenComplete((value, failed) -> {
            ended.set(true);
            agenda.wake();
        });
        int steps = 0;
        while (!ended.get()) {
            if (stepOnce(steps == 0)) {
                if (++steps > MOST_STEPS) {
                    throw new IllegalStateException("gave up waiting for " + stage + " after " + steps
                            + " steps, which took virtual time to " + now);
                }
            } else if (!agenda.awaitWork(ended::get, patienceNanos)) {
                throw new IllegalStateException("gave up waiting for " + stage + ": nothing is left to run at " + now
                        + ", and nobody ended it within " + TimeUnit.NANOSECONDS.toMillis(patienceNanos) + " ms");
            }
        }
    }

    @Override
    public String toString() {
        return "VirtualTime[" + now + ", " + pendingTimers() + " timers]";
    }

    private Instant due(Duration delay) {
        var from = now;
        if (delay.isNegative()) {
            return from;
        }
        try {
            return from.plus(delay);
        } catch (DateTimeException | ArithmeticException never) {
            return Instant.MAX;
        }
    }

    /** Moves time on this thread; others wait. */
    void inTurn(Runnable moving) {
        agenda.enter();
        try {
            moving.run();
        } finally {
            agenda.leave();
        }
    }

    /** Like {@link #inTurn}, but does nothing while another thread moves time. */
    void ifOurTurn(Runnable moving) {
        if (agenda.tryEnter()) {
            try {
                moving.run();
            } finally {
                agenda.leave();
            }
        }
    }

    private void runUntil(Instant target) {
        begin();
        while (step(target)) {}
        finish(target);
    }

    /** To be called in turn before the first {@link #step}. */
    void begin() {
        if (agenda.isOutermost()) {
            stepsAtThisInstant = 0;
        }
    }

    /** To be called in turn after the last {@link #step}: it is {@code target} now, unless it is later already. */
    void finish(Instant target) {
        moveTo(target);
        throwFailure();
    }

    /**
     * Sleeps for {@code duration}, in turn, as a machine does with its lid closed: the clock goes on, and nothing else; timers
     * fire that much later, and {@link #nanoTime} does not count it.
     */
    void sleep(Duration duration) {
        agenda.postpone(duration);
        slept = slept.plus(duration);
        moveTo(now.plus(duration));
    }

    /** Waits in turn, for real, until an action was submitted; false when that takes longer than {@code nanos}. */
    boolean awaitAction(long nanos) throws InterruptedException {
        return agenda.awaitAction(nanos);
    }

    private boolean stepOnce(boolean first) {
        if (!agenda.tryEnter()) {
            return false;
        }
        try {
            if (first && agenda.isOutermost()) {
                stepsAtThisInstant = 0;
            }
            var stepped = step(Instant.MAX);
            throwFailure();
            return stepped;
        } finally {
            agenda.leave();
        }
    }

    /** Runs one action, moving to the next timer at {@code latest} if there is none before that; false for neither. In turn. */
    boolean step(Instant latest) {
        var action = agenda.takeAction();
        if (action == null) {
            var timer = agenda.takeTimer(latest);
            if (timer == null) {
                return false;
            }
            moveTo(timer.due());
            action = timer.action();
        }
        if (++stepsAtThisInstant > MOST_STEPS) {
            throw new IllegalStateException("time stands still at " + now + " although " + MOST_STEPS
                    + " actions have run since it moved; the next one is " + action);
        }
        try {
            action.run();
        } catch (Throwable thrown) {
            note(thrown);
        }
        return true;
    }

    private void moveTo(Instant target) {
        if (target.isAfter(now)) { // a nested call may have moved on already
            now = target;
            stepsAtThisInstant = 0;
        }
    }

    private void note(Throwable thrown) {
        if (failure == null) {
            failure = thrown;
        } else if (failure != thrown) {
            failure.addSuppressed(thrown);
        }
    }

    private void throwFailure() {
        var thrown = failure;
        if (thrown == null || !agenda.isOutermost()) {
            return;
        }
        failure = null;
        if (thrown instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (thrown instanceof Error error) {
            throw error;
        }
        throw new IllegalStateException("an action failed", thrown); // Kotlin lets checked ones through
    }
}
