package io.asynq4j.handler;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
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

    /** Why this attempt was cancelled; empty while it was not. */
    Optional<CancelReason> cancelled();

    /**
     * Tells {@code listener} once when this attempt is cancelled, at once if it already was. It runs on whatever thread
     * cancels, so it must not block. Nobody tells it after the attempt has ended.
     */
    void onCancel(Consumer<CancelReason> listener);
}
