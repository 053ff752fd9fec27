package io.asynq4j.server;

import io.asynq4j.handler.TaskListener;
import io.asynq4j.spi.Ending;
import io.asynq4j.spi.Seconds;
import io.asynq4j.spi.TaskMessage;
import io.asynq4j.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the user's listeners how attempts have ended, beside the work: who is slow there misses some. */
final class Announcer implements Loop.Turn {
    private static final Logger log = LoggerFactory.getLogger(TaskServer.class);
    private static final int MOST_WAITING = 1_000;

    private final List<TaskListener> listeners;
    private final Runnable wake;
    private final Queue<Consumer<TaskListener>> news = new ArrayBlockingQueue<>(MOST_WAITING);
    private final Tally untold = new Tally();
    private final AtomicInteger missed = new AtomicInteger();

    /** @param wake makes this take a turn */
    Announcer(List<TaskListener> listeners, Runnable wake) {
        this.listeners = listeners;
        this.wake = wake;
    }

    /**
     * Takes a confirmed end of an attempt, to be told. Does not block.
     *
     * @param failure null for a success
     */
    void confirmed(Ending ending, @Nullable Throwable failure, Instant now) {
        if (listeners.isEmpty()) {
            return;
        }
        var told = told(ending, failure, now);
        if (told == null) {
            return;
        }
        untold.increment();
        if (!news.offer(told)) {
            untold.decrement();
            missed.incrementAndGet();
        }
        wake.run();
    }

    /** Ends when all is told. */
    CompletionStage<Void> done() {
        return untold.zero();
    }

    @Override
    public Duration runOnce() {
        for (var next = news.poll(); next != null; next = news.poll()) {
            for (var listener : listeners) {
                tell(listener, next);
            }
            untold.decrement();
        }
        int lost = missed.getAndSet(0);
        if (lost > 0) {
            log.warn("task listeners are too slow: {} ends of attempts were not told", lost);
        }
        return Loop.UNTIL_WOKEN;
    }

    private static void tell(TaskListener listener, Consumer<TaskListener> news) {
        try {
            news.accept(listener);
        } catch (Throwable failed) { // Errors too: others want to hear of the next one
            log.error("a task listener failed", failed);
        }
    }

    private static @Nullable Consumer<TaskListener> told(Ending ending, @Nullable Throwable failure, Instant now) {
        var message = ending.lease().message();
        if (ending instanceof Ending.Retried retried && failure != null) {
            var due = Instant.ofEpochSecond(Seconds.up(retried.due()));
            var info = failed(message, retried.error(), now, retried.counted()).info(TaskState.RETRY, due);
            return listener -> listener.retried(info, failure);
        }
        if (ending instanceof Ending.Archived archived && failure != null) {
            var info = failed(message, archived.error(), now, false).info(TaskState.ARCHIVED, null);
            return listener -> listener.archived(info, failure);
        }
        if (failure == null && (ending instanceof Ending.Done || ending instanceof Ending.Completed)) {
            var info = message.withProgress(message.progress().completed(now)).info(TaskState.COMPLETED, null);
            return listener -> listener.completed(info);
        }
        return null;
    }

    private static TaskMessage failed(TaskMessage message, String error, Instant now, boolean counted) {
        return message.withProgress(message.progress().failed(error, now, counted));
    }
}
