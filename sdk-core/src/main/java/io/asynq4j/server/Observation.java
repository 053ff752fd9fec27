package io.asynq4j.server;

import io.asynq4j.handler.TaskContext;
import io.asynq4j.spi.Ending;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the user's observers what goes on. Where there are none, it does nothing at all. */
final class Observation {
    private static final Logger log = LoggerFactory.getLogger(TaskServer.class);

    private final List<ServerObserver> observers;
    private final Timekeeper time;
    private final AtomicBoolean complained = new AtomicBoolean();

    Observation(List<ServerObserver> observers, Timekeeper time) {
        this.observers = observers;
        this.time = time;
    }

    /** When something begins that is to be measured, for {@link #since}; meaningless where nobody observes. */
    long now() {
        return observers.isEmpty() ? 0 : time.nanoTime();
    }

    void opened(int slots) {
        tell(observer -> observer.opened(slots));
    }

    void closed(int slots) {
        tell(observer -> observer.closed(slots));
    }

    void looked(ServerObserver.Occasion occasion) {
        if (!observers.isEmpty()) {
            tell(observer -> observer.looked(occasion));
        }
    }

    void fetched(int wanted, int got, long begun) {
        if (!observers.isEmpty()) {
            var took = since(begun);
            tell(observer -> observer.fetched(wanted, got, took));
        }
    }

    void began(Attempt attempt) {
        if (!observers.isEmpty()) {
            attempt.began(time.nanoTime());
            var waited = waited(attempt.lease().pendingSince());
            tell(observer -> observer.began(attempt, waited));
        }
    }

    void ended(Attempt attempt) {
        if (!observers.isEmpty()) {
            var ran = since(attempt.beganAt());
            tell(observer -> observer.ended(attempt, ran));
        }
    }

    void settled(TaskContext task, Ending ending, @Nullable Throwable cause) {
        if (!observers.isEmpty()) {
            settled(task, outcome(ending, cause));
        }
    }

    void lost(TaskContext task) {
        if (!observers.isEmpty()) {
            settled(task, AttemptOutcome.LOST);
        }
    }

    void wrote(int outcomes, long begun) {
        if (!observers.isEmpty()) {
            var took = since(begun);
            tell(observer -> observer.wrote(outcomes, took));
        }
    }

    void recovered(String queue, int tasks) {
        if (tasks > 0) {
            tell(observer -> observer.recovered(queue, tasks));
        }
    }

    static AttemptOutcome outcome(Ending ending, @Nullable Throwable cause) {
        if (ending instanceof Ending.Done || ending instanceof Ending.Completed) {
            return cause == null ? AttemptOutcome.COMPLETED : AttemptOutcome.REVOKED;
        }
        if (ending instanceof Ending.Retried) {
            return AttemptOutcome.RETRIED;
        }
        if (ending instanceof Ending.Archived) {
            return AttemptOutcome.ARCHIVED;
        }
        if (ending instanceof Ending.Snoozed) {
            return AttemptOutcome.SNOOZED;
        }
        if (ending instanceof Ending.Released) {
            return AttemptOutcome.RELEASED;
        }
        throw new AssertionError(ending);
    }

    private void settled(TaskContext task, AttemptOutcome outcome) {
        var at = time.instant();
        tell(observer -> observer.settled(task, outcome, at));
    }

    private Duration since(long begun) {
        return Duration.ofNanos(Math.max(0, time.nanoTime() - begun));
    }

    /** Clocks differ: nobody has waited for less than no time. */
    private @Nullable Duration waited(@Nullable Instant since) {
        if (since == null) {
            return null;
        }
        var waited = Duration.between(since, time.instant());
        return waited.isNegative() ? Duration.ZERO : waited;
    }

    private void tell(Consumer<ServerObserver> news) {
        for (var observer : observers) {
            try {
                news.accept(observer);
            } catch (Throwable failed) { // Errors too: metrics must not cost a task
                if (complained.compareAndSet(false, true)) {
                    log.error("a server observer failed; this is said once", failed);
                }
            }
        }
    }
}
