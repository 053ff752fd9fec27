package io.asynq4j.task;

/** What became of one task that was enqueued, alone or among many. */
public sealed interface EnqueueOutcome {
    /** The task as it was stored, or else throws why it was not. */
    TaskInfo orThrow();

    /** The broker has the task. */
    record Accepted(TaskInfo task) implements EnqueueOutcome {
        @Override
        public TaskInfo orThrow() {
            return task;
        }
    }

    /**
     * The broker does not have the task; or, if the reason is a {@link BrokerUnavailableException}, nobody can say.
     *
     * @param reason as the single call would have thrown it; shared, so its stack is that of the broker's thread
     */
    record Refused(TaskException reason) implements EnqueueOutcome {
        @Override
        public TaskInfo orThrow() {
            throw reason;
        }
    }
}
