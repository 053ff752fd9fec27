package io.asynq4j.server;

import io.asynq4j.time.Handle;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells of attempts whose deadline comes while their handlers run, with one timer for the earliest of them all: a timer for
 * each, of which nearly none ever fires, cost more than all else that a server does for an attempt. Safe for use by many
 * threads.
 */
final class Deadlines {
    private final Attempts attempts;
    private final IntSupplier running;
    private final Consumer<Attempt> overdue;
    private final Timekeeper time;

    private final Object lock = new Object(); // guards the timer, held for a few instructions only
    private @Nullable Handle timer;
    private volatile Instant next = Instant.MAX; // written with the lock held; when the timer fires, never later

    /**
     * @param running how many handlers run, or are about to
     * @param overdue told of an attempt at its deadline
     */
    Deadlines(Attempts attempts, IntSupplier running, Consumer<Attempt> overdue, Timekeeper time) {
        this.attempts = attempts;
        this.running = running;
        this.overdue = overdue;
        this.time = time;
    }

    /** The handler of {@code attempt}, which is among the attempts, is about to run. */
    void watch(Attempt attempt) {
        attempt.timed(true);
        if (attempt.deadline().isBefore(next)) {
            set(attempt.deadline());
        }
    }

    /** The handler of {@code attempt} has ended. */
    void forget(Attempt attempt) {
        attempt.timed(false);
    }

    /** No handler runs for the moment, so that no timer is left behind. Whoever has come in between is looked at again. */
    void rest() {
        clear();
        if (running.getAsInt() > 0) {
            look();
        }
    }

    private void set(Instant at) {
        synchronized (lock) {
            if (at.isBefore(next)) {
                clear();
                next = at;
                timer = time.after(Duration.between(time.instant(), at), this::ring);
            }
        }
    }

    private void clear() {
        synchronized (lock) {
            next = Instant.MAX;
            if (timer != null) {
                timer.close();
                timer = null;
            }
        }
    }

    private void ring() {
        clear(); // first, so that whoever is not seen below sets the timer itself
        var now = time.instant();
        for (var attempt : attempts.snapshot()) {
            if (attempt.isTimed() && !attempt.deadline().isAfter(now)) {
                attempt.timed(false);
                overdue.accept(attempt);
            }
        }
        look();
    }

    private void look() {
        var earliest = Instant.MAX;
        for (var attempt : attempts.snapshot()) {
            if (attempt.isTimed() && attempt.deadline().isBefore(earliest)) {
                earliest = attempt.deadline();
            }
        }
        if (earliest.isBefore(Instant.MAX)) {
            set(earliest);
        }
    }
}
