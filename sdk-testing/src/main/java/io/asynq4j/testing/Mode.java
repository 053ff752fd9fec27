package io.asynq4j.testing;

/** When {@link TestTasks} runs what was enqueued. */
public enum Mode {
    /** Never: a test looks at what was enqueued, and moving time moves nothing but time. Handlers are not needed. */
    RECORD,
    /**
     * At once, on the calling thread: {@code enqueue} returns after the handlers of all that is due have run. What they throw
     * does not reach the caller; it is settled as in production, so the task is found among the retried or archived ones. What
     * is scheduled, and what is to be retried, runs when time is moved.
     */
    INLINE,
    /** When time is moved, see {@link TestTasks#advance}. */
    VIRTUAL_TIME
}
