package io.asynq4j.handler;

import io.asynq4j.task.TaskException;
import java.time.Duration;
import java.util.Objects;

/**
 * Thrown by a handler, directly or as a cause: not now, run the task again later. Not a failure: no retry is used up, nothing
 * is counted, and the task is never archived for it, however often. A unique lock stays, and is not extended.
 *
 * <p>The task is scheduled, due after the delay, rounded up to a whole second. If it was in a group and was run by itself, it
 * goes back to its group then, like one that is retried.
 */
public final class SnoozeException extends TaskException {
    private static final long serialVersionUID = 1;

    /** As long as any option of a task may be. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final Duration delay;

    /**
     * @param delay how long to wait; zero and less is at once
     * @throws IllegalArgumentException when it is more than 36,500 days
     */
    public SnoozeException(Duration delay) {
        super("snoozed for " + delay, null);
        if (Objects.requireNonNull(delay, "delay").compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("snooze must be at most " + LONGEST.toDays() + " days: " + delay);
        }
        this.delay = delay.isNegative() ? Duration.ZERO : delay;
    }

    /** How long to wait, zero or more. */
    public Duration delay() {
        return delay;
    }
}
