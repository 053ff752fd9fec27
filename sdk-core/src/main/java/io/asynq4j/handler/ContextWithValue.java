package io.asynq4j.handler;

import io.asynq4j.task.Payload;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Another context, and one value more. */
record ContextWithValue<V>(TaskContext inner, ContextKey<V> key, V value) implements TaskContext {
    @Override
    @SuppressWarnings("unchecked") // the key is the same one, so its type is too
    public <T> Optional<T> value(ContextKey<T> wanted) {
        return wanted.equals(key) ? Optional.of((T) value) : inner.value(wanted);
    }

    @Override
    public String taskId() {
        return inner.taskId();
    }

    @Override
    public String queue() {
        return inner.queue();
    }

    @Override
    public String type() {
        return inner.type();
    }

    @Override
    public Map<String, String> headers() {
        return inner.headers();
    }

    @Override
    public int retried() {
        return inner.retried();
    }

    @Override
    public int maxRetry() {
        return inner.maxRetry();
    }

    @Override
    public Instant deadline() {
        return inner.deadline();
    }

    @Override
    public void writeResult(Payload result) {
        inner.writeResult(result);
    }

    @Override
    public CompletionStage<Void> writeResultAsync(Payload result) {
        return inner.writeResultAsync(result);
    }

    @Override
    public Optional<CancelReason> cancelled() {
        return inner.cancelled();
    }

    @Override
    public void onCancel(Consumer<CancelReason> listener) {
        inner.onCancel(listener);
    }
}
