package io.asynq4j.spi;

import io.asynq4j.task.BrokerUnavailableException;
import io.asynq4j.task.TaskException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

/** Waiting for a broker's answer, and what is left of a failed one, in one place. */
public final class Await {
    private Await() {}

    /**
     * The value of {@code stage}, once it is there. Backends bound how long that takes.
     *
     * @throws TaskException what the stage failed with
     * @throws BrokerUnavailableException when the thread is interrupted, which stays marked, or the failure is another one
     */
    public static <T> T answer(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof TaskException known) {
                throw known;
            }
            throw new BrokerUnavailableException("the broker failed: " + failed.getCause(), failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BrokerUnavailableException("interrupted while waiting for the broker", interrupted);
        }
    }

    /** What a stage has really failed with, where {@code failure} is what those that depend on it are told. */
    public static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
