package io.asynq4j.schedule;

import java.time.Duration;
import java.util.Objects;

/**
 * What a periodic task does about times that passed while no scheduler was there. Which times these are is known from the time
 * of the last firing, which the broker keeps. A time that is late by no more than the scheduler's allowance is not missed, but
 * made up for in every case.
 */
public final class Missed {
    private static final Missed SKIP = new Missed(false, Duration.ZERO);
    private static final Missed ONCE = new Missed(true, Duration.ZERO);

    private final boolean once;
    private final Duration window;

    private Missed(boolean once, Duration window) {
        this.once = once;
        this.window = window;
    }

    /** Nothing: it goes on with the next time. The default, and what asynq does. */
    public static Missed skip() {
        return SKIP;
    }

    /** One task for all times that were missed. */
    public static Missed once() {
        return ONCE;
    }

    /** A task for each time that was missed within {@code window} before now, which is more than zero; those before are skipped. */
    public static Missed within(Duration window) {
        if (window.isZero() || window.isNegative()) {
            throw new IllegalArgumentException("the window for missed times must be more than zero: " + window);
        }
        return new Missed(false, window);
    }

    boolean isOnce() {
        return once;
    }

    /** How far back all times count; zero for none. */
    Duration window() {
        return window;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Missed that && once == that.once && window.equals(that.window);
    }

    @Override
    public int hashCode() {
        return Objects.hash(once, window);
    }

    @Override
    public String toString() {
        return once ? "once" : window.isZero() ? "skip" : "within " + GoDuration.format(window);
    }
}
