package io.asynq4j.handler;

import io.asynq4j.task.Codec;
import io.asynq4j.task.Payload;
import io.asynq4j.task.PayloadException;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** What a handler may know about the attempt it works on. Safe for use by many threads. */
public interface TaskContext {
    /** The id of the task, unique within its queue. */
    String taskId();

    String queue();

    String type();

    Map<String, String> headers();

    /** How many of its retries the task has used up before this attempt. */
    int retried();

    int maxRetry();

    /** When this attempt is cancelled at the latest. */
    Instant deadline();

    /** The most bytes that a result may have. */
    int MAX_RESULT_BYTES = 1 << 20;

    /**
     * What a context does first with a result that it is given.
     *
     * @throws IllegalArgumentException when it has more than {@link #MAX_RESULT_BYTES}
     */
    static void checkResult(Payload result) {
        if (result.size() > MAX_RESULT_BYTES) {
            throw new IllegalArgumentException(
                    "a result must have at most " + MAX_RESULT_BYTES + " bytes, not " + result.size());
        }
    }

    /** Like {@link #writeResultAsync}, but waits for the broker's answer. */
    void writeResult(Payload result);

    /** Like {@link #writeResult(Payload)} with a copy of {@code result}. */
    default void writeResult(byte[] result) {
        writeResult(Payload.of(result));
    }

    /**
     * Like {@link #writeResult(Payload)} with what {@code codec} makes of {@code result}.
     *
     * @throws PayloadException when the codec cannot write it
     */
    default <T> void writeResult(Codec<T> codec, T result) {
        byte[] bytes;
        try {
            bytes = codec.encode(result);
        } catch (RuntimeException unwritable) {
            throw new PayloadException(type(), "cannot write the result: " + unwritable.getMessage(), unwritable);
        }
        writeResult(Payload.wrap(bytes));
    }

    /**
     * Keeps {@code result} with the task, in place of one that was written before, without blocking. It stays while the task
     * does: for its retention after success, and while it is retried or archived. A task without retention is gone when it has
     * succeeded, and its result with it.
     *
     * <p>The stage completes on the broker's I/O thread. It fails with {@link TaskCancelledException} when the attempt was
     * cancelled or is not this server's any more, and with {@link io.asynq4j.task.BrokerUnavailableException} when no answer
     * came; the result may then be kept or not.
     *
     * @throws IllegalArgumentException when it has more than {@link #MAX_RESULT_BYTES}
     * @throws IllegalStateException when the attempt has ended
     */
    CompletionStage<Void> writeResultAsync(Payload result);

    /** A value that the server's settings or a middleware have put here; empty when nobody has. */
    default <T> Optional<T> value(ContextKey<T> key) {
        return Optional.empty();
    }

    /** This context with a value more, for a middleware to pass on; one of the same key is hidden by it. */
    default <T> TaskContext with(ContextKey<T> key, T value) {
        return new ContextWithValue<>(this, key, Objects.requireNonNull(value, "value"));
    }

    /** Why this attempt was cancelled; empty while it was not. */
    Optional<CancelReason> cancelled();

    /**
     * Tells {@code listener} once when this attempt is cancelled, at once if it already was. It runs on whatever thread
     * cancels, so it must not block. Nobody tells it after the attempt has ended.
     */
    void onCancel(Consumer<CancelReason> listener);
}
