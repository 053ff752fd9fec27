package io.asynq4j.spi;

import io.asynq4j.task.Payload;
import java.util.concurrent.CompletionStage;

/** Keeping what handlers have to say of their tasks. */
public interface Results {
    /**
     * Keeps {@code result} with a task for as long as the task is kept, in place of what was there, if this very attempt is
     * still under way. Otherwise nothing is written.
     *
     * @return whether it was written. Fails with {@link io.asynq4j.task.BrokerUnavailableException} when no answer came; it
     *     may then have been written or not
     */
    CompletionStage<Boolean> writeResult(Lease lease, Payload result);
}
