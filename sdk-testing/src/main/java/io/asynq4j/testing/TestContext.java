package io.asynq4j.testing;

import io.asynq4j.handler.CancelReason;
import io.asynq4j.handler.TaskCancelledException;
import io.asynq4j.handler.TaskContext;
import io.asynq4j.task.Options;
import io.asynq4j.task.Payload;
import io.asynq4j.task.Task;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The context of an attempt that a test makes up, for calling one handler without a server.
 *
 * <p>Safe for use by many threads: a test may {@link #cancel} while the handler runs on another thread. It interrupts nobody.
 */
public final class TestContext implements TaskContext {
    private final Object lock = new Object(); // guards the fields below
    private final Map<String, String> headers = new HashMap<>();
    private final List<Consumer<CancelReason>> listeners = new ArrayList<>();
    private String id = "task-1";
    private String queue = Options.DEFAULT_QUEUE;
    private final String type;
    private int retried;
    private int maxRetry = Options.DEFAULT_MAX_RETRY;
    private Instant deadline = Instant.MAX;
    private @Nullable CancelReason cancelled;
    private @Nullable Payload result;

    private TestContext(String type) {
        this.type = type;
    }

    /** The first attempt at a task of {@code type}, without a deadline. */
    public static TestContext of(String type) {
        return new TestContext(Objects.requireNonNull(type, "type"));
    }

    /** The first attempt at {@code task}: with its id, queue, headers and retries where it has them. */
    public static TestContext of(Task task) {
        var options = task.resolve(Options.defaults());
        var context = of(task.type());
        context.headers.putAll(options.headers());
        options.taskId().ifPresent(context::taskId);
        options.queue().ifPresent(context::queue);
        options.maxRetry().ifPresent(context::maxRetry);
        return context;
    }

    public TestContext taskId(String id) {
        return change(() -> this.id = Objects.requireNonNull(id, "task id"));
    }

    public TestContext queue(String queue) {
        return change(() -> this.queue = Objects.requireNonNull(queue, "queue"));
    }

    public TestContext header(String name, String value) {
        return change(() -> headers.put(name, value));
    }

    /** How many retries are used up: 0 in the first attempt. */
    public TestContext retried(int retries) {
        return change(() -> retried = retries);
    }

    public TestContext maxRetry(int retries) {
        return change(() -> maxRetry = retries);
    }

    /** What {@link #deadline()} answers; nothing happens when it passes. */
    public TestContext deadline(Instant deadline) {
        return change(() -> this.deadline = Objects.requireNonNull(deadline, "deadline"));
    }

    /** Cancels the attempt: tells the listeners, on this thread. Does nothing when it is cancelled already. */
    public TestContext cancel(CancelReason reason) {
        Objects.requireNonNull(reason, "reason");
        List<Consumer<CancelReason>> toTell;
        synchronized (lock) {
            if (cancelled != null) {
                return this;
            }
            cancelled = reason;
            toTell = List.copyOf(listeners);
        }
        toTell.forEach(listener -> listener.accept(reason));
        return this;
    }

    @Override
    public String taskId() {
        synchronized (lock) {
            return id;
        }
    }

    @Override
    public String queue() {
        synchronized (lock) {
            return queue;
        }
    }

    @Override
    public String type() {
        return type;
    }

    @Override
    public Map<String, String> headers() {
        synchronized (lock) {
            return Map.copyOf(headers);
        }
    }

    @Override
    public int retried() {
        synchronized (lock) {
            return retried;
        }
    }

    @Override
    public int maxRetry() {
        synchronized (lock) {
            return maxRetry;
        }
    }

    @Override
    public Instant deadline() {
        synchronized (lock) {
            return deadline;
        }
    }

    @Override
    public Optional<CancelReason> cancelled() {
        synchronized (lock) {
            return Optional.ofNullable(cancelled);
        }
    }

    @Override
    public void onCancel(Consumer<CancelReason> listener) {
        CancelReason already;
        synchronized (lock) {
            listeners.add(listener);
            already = cancelled;
        }
        if (already != null) {
            listener.accept(already);
        }
    }

    @Override
    public void writeResult(Payload result) {
        TaskContext.checkResult(result);
        synchronized (lock) {
            if (cancelled != null) {
                throw new TaskCancelledException(cancelled);
            }
            this.result = result;
        }
    }

    @Override
    public CompletionStage<Void> writeResultAsync(Payload result) {
        try {
            writeResult(result);
            return CompletableFuture.completedFuture(null);
        } catch (TaskCancelledException cancelledBefore) {
            return CompletableFuture.failedFuture(cancelledBefore);
        }
    }

    /** What the handler wrote last. */
    public Optional<Payload> result() {
        synchronized (lock) {
            return Optional.ofNullable(result);
        }
    }

    private TestContext change(Runnable change) {
        synchronized (lock) {
            change.run();
        }
        return this;
    }
}
