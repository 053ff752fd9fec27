package io.asynq4j.server;

import io.asynq4j.handler.CancelReason;
import io.asynq4j.handler.TaskCancelledException;
import io.asynq4j.handler.TaskContext;
import io.asynq4j.spi.Await;
import io.asynq4j.spi.Lease;
import io.asynq4j.spi.Results;
import io.asynq4j.spi.TaskMessage;
import io.asynq4j.task.Payload;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt at a task, from its fetch until its outcome is written; to its handler, the context.
 *
 * <p>Two things happen to it once, in either order: its outcome is decided, and its handler ends. A handler that ignores
 * its cancellation ends after the decision, and what it comes to is then not used.
 */
final class Attempt implements TaskContext {
    private static final Logger log = LoggerFactory.getLogger(Attempt.class);

    private final TaskMessage message;
    private final TaskKey key;
    private final Instant startedAt;
    private final Instant deadline;
    private final Results results;
    private final AtomicReference<@Nullable Outcome> outcome = new AtomicReference<>();
    private volatile Lease lease;
    private volatile long beganAt; // nanoseconds, if somebody wants to know
    private volatile boolean timed;

    private final Object lock = new Object(); // guards the fields below, held for a few instructions only
    private final List<Consumer<CancelReason>> listeners = new ArrayList<>(1);
    private @Nullable CancelReason cancelled;
    private @Nullable Thread worker;

    /** @param results takes what the handler writes */
    Attempt(Lease lease, Instant startedAt, Instant deadline, Results results) {
        this.lease = lease;
        this.message = lease.message();
        this.key = new TaskKey(lease.queue(), lease.id());
        this.startedAt = startedAt;
        this.deadline = deadline;
        this.results = results;
    }

    TaskKey key() {
        return key;
    }

    TaskMessage message() {
        return message;
    }

    Lease lease() {
        return lease;
    }

    /** Called by the heartbeat only. */
    void extended(Instant until) {
        lease = lease.until(until);
    }

    Instant startedAt() {
        return startedAt;
    }

    void began(long nanoTime) {
        beganAt = nanoTime;
    }

    long beganAt() {
        return beganAt;
    }

    /** Whether its handler runs, and is to be told of the deadline. */
    boolean isTimed() {
        return timed;
    }

    void timed(boolean timed) {
        this.timed = timed;
    }

    /** Decides what this attempt came to. False when that was decided before, and stays as it was. */
    boolean decide(Outcome what) {
        return outcome.compareAndSet(null, what);
    }

    boolean isDecided() {
        return outcome.get() != null;
    }

    /** The handler is about to run on {@code thread}, which is interrupted if this attempt is cancelled meanwhile. */
    void enter(Thread thread) {
        synchronized (lock) {
            worker = thread;
            if (cancelled != null) {
                thread.interrupt();
            }
        }
    }

    /** The handler's method has returned: its thread is left alone from now on, and any late interruption taken back. */
    void exit() {
        synchronized (lock) {
            worker = null;
            Thread.interrupted();
        }
    }

    /** Cancels: interrupts the handler's thread and tells the listeners. False when it was cancelled before. */
    boolean cancel(CancelReason reason) {
        List<Consumer<CancelReason>> toTell;
        synchronized (lock) {
            if (cancelled != null) {
                return false;
            }
            cancelled = reason;
            toTell = List.copyOf(listeners);
            if (worker != null) {
                worker.interrupt();
            }
        }
        toTell.forEach(listener -> tell(listener, reason));
        return true;
    }

    /** The thread that the handler's method is on; null when it has returned, and the work goes on elsewhere. */
    @Nullable
    Thread worker() {
        synchronized (lock) {
            return worker;
        }
    }

    @Override
    public String taskId() {
        return message.id();
    }

    @Override
    public String queue() {
        return message.queue();
    }

    @Override
    public String type() {
        return message.type();
    }

    @Override
    public Map<String, String> headers() {
        return message.headers();
    }

    @Override
    public int retried() {
        return message.progress().retried();
    }

    @Override
    public int maxRetry() {
        return message.limits().maxRetry();
    }

    @Override
    public Instant deadline() {
        return deadline;
    }

    @Override
    public void writeResult(Payload result) {
        Await.answer(writeResultAsync(result));
    }

    @Override
    public CompletionStage<Void> writeResultAsync(Payload result) {
        TaskContext.checkResult(result);
        var reason = cancelled();
        if (reason.isPresent()) {
            return CompletableFuture.failedFuture(new TaskCancelledException(reason.get()));
        }
        if (isDecided()) {
            throw new IllegalStateException("the attempt has ended: no result can be written for " + this);
        }
        return results.writeResult(lease, result).thenAccept(written -> {
            if (!written) {
                throw new TaskCancelledException(CancelReason.LEASE_LOST);
            }
        });
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
            tell(listener, already);
        }
    }

    @Override
    public String toString() {
        return message.type() + " " + message.id() + " of queue " + message.queue();
    }

    private void tell(Consumer<CancelReason> listener, CancelReason reason) {
        try {
            listener.accept(reason);
        } catch (Throwable failed) { // Errors too: others wait for whoever cancels this one
            log.warn("a cancellation listener of {} failed", this, failed);
        }
    }
}
