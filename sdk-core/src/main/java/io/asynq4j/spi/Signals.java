package io.asynq4j.spi;

import io.asynq4j.time.Handle;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asking those who work on tasks to stop. What is asked for ends with the attempt that is under way. */
public interface Signals {
    /**
     * Asks whoever works on a task to stop: tells those who listen, and marks the attempt that is under way, so that its worker
     * finds it among the {@link #cancelled} ones even if it was not told. Whether it stops is another matter.
     *
     * @return whether somebody had the task when it was asked for. Fails with
     *     {@link io.asynq4j.task.BrokerUnavailableException} when no answer came; it may then have been asked for or not
     */
    CompletionStage<Boolean> cancel(String queue, String id);

    /**
     * Those of {@code leases} that were marked. Reads only, and marks of earlier attempts do not count.
     *
     * @throws io.asynq4j.task.BrokerUnavailableException when no answer came
     */
    List<Lease> cancelled(List<Lease> leases);

    /**
     * Tells {@code listener} what is to be cancelled, wherever it runs, until the handle is closed. Returns at once; what is
     * asked for while the broker cannot be reached is not told.
     *
     * @param listener called on a thread of the broker or of whoever cancels, which it must not block
     */
    Handle onCancel(Consumer<Cancellation> listener);

    /**
     * A task that somebody wants nobody to work on.
     *
     * @param queue null where that is not known, as tools of other libraries tell the id only: then it is meant in any queue
     */
    record Cancellation(@Nullable String queue, String id) {
        /** Whether the task {@code id} of {@code queue} is meant. */
        public boolean means(String queue, String id) {
            return this.id.equals(id) && (this.queue == null || this.queue.equals(queue));
        }
    }
}
