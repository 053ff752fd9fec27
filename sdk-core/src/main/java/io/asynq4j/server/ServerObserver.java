package io.asynq4j.server;

import io.asynq4j.handler.TaskContext;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Watches a server at work, for metrics. Unlike a {@link io.asynq4j.handler.TaskListener} it misses nothing, and the work
 * waits for it.
 *
 * <p>Called by many threads at once, those on the path of tasks among them: it must not block, and should do no more than
 * count. What it throws is logged, and changes nothing. Without an observer none of this is measured.
 */
public interface ServerObserver {
    /** Why a server looks for tasks. */
    enum Occasion {
        /** It has found all that it wanted the last time, or slots have become free. */
        BUSY,

        /** It was told that there are tasks. */
        WOKEN,

        /** Nobody has told it anything for some time. */
        POLLED
    }

    /** A server with so many slots has started. */
    default void opened(int slots) {}

    /** A server with so many slots was closed. */
    default void closed(int slots) {}

    /** A server looks whether there are tasks, on this occasion. */
    default void looked(Occasion occasion) {}

    /** The broker was asked for tasks for {@code wanted} slots, and gave {@code got}. */
    default void fetched(int wanted, int got, Duration took) {}

    /**
     * A slot starts working on a task.
     *
     * @param waited how long the task was pending, by the clocks of whoever made it so and of this server; null when not known
     */
    default void began(TaskContext task, @Nullable Duration waited) {}

    /** The handler of a task has really ended, and its slot is free; whatever became of the task. Follows each {@link #began}. */
    default void ended(TaskContext task, Duration ran) {}

    /** What an attempt has come to was written by the broker at this time; or, for a lost one, noticed. */
    default void settled(TaskContext task, AttemptOutcome outcome, Instant at) {}

    /** So many outcomes were handed to the broker at once, which has answered, or not, after this time. */
    default void wrote(int outcomes, Duration took) {}

    /** So many tasks were taken back from workers that are gone, this server's or others'. */
    default void recovered(String queue, int tasks) {}
}
