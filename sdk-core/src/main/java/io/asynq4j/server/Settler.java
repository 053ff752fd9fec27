package io.asynq4j.server;

import io.asynq4j.handler.TaskMdc;
import io.asynq4j.spi.Ending;
import io.asynq4j.spi.Settled;
import io.asynq4j.spi.Settlement;
import io.asynq4j.task.BrokerUnavailableException;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Alone writes how attempts ended, as many at a time as have gathered while the last ones were written. Retry or archive is
 * what its judge says. An outcome that got no answer is kept, and tried again until there is one, however long that takes: if the
 * lease has lapsed meanwhile and nobody else has taken the task, it is not run twice; if somebody has, the broker refuses. One
 * that is blocked by a fault in its queue is kept too, and holds up no other.
 */
final class Settler implements Loop.Turn {
    private static final Logger log = LoggerFactory.getLogger(Settler.class);
    private static final int BATCH = 1_000;

    private final Settlement broker;
    private final Attempts attempts;
    private final Judge judge;
    private final Announcer announcer;
    private final Observation observation;
    private final int limit;
    private final Timekeeper time;

    private final Queue<Decided> arrived = new ConcurrentLinkedQueue<>();
    private final Deque<Decided> unwritten = new ArrayDeque<>(); // used by turns only, which never overlap
    private final Tally waiting = new Tally();
    private final Blocked blocked;
    private final Runnable relieved;
    private final Runnable wake;

    /**
     * @param announcer told of what is confirmed
     * @param limit how many unwritten outcomes are too many
     * @param wake makes this settler take a turn
     * @param relieved called when it {@link #hasRoom} again
     */
    Settler(
            Settlement broker,
            Attempts attempts,
            Judge judge,
            Announcer announcer,
            Observation observation,
            int limit,
            Timekeeper time,
            Runnable wake,
            Runnable relieved) {
        this.broker = broker;
        this.attempts = attempts;
        this.judge = judge;
        this.announcer = announcer;
        this.observation = observation;
        this.limit = limit;
        this.time = time;
        this.wake = wake;
        this.relieved = relieved;
        this.blocked = new Blocked(limit, time, relieved);
    }

    /** Takes an outcome to be written. Does not block; called by any thread. */
    void settle(Attempt attempt, Outcome outcome) {
        if (outcome instanceof Outcome.Lost) {
            attempts.remove(attempt);
            observation.lost(attempt);
            log.warn("lost the lease of {}: what its handler comes to is not used", attempt);
            return;
        }
        var decided = new Decided(attempt, endingAnyway(attempt, outcome), outcome.cause(), null);
        waiting.increment();
        arrived.add(decided);
        wake.run();
    }

    /** Whether more tasks of {@code queue} may be started: not while too many outcomes wait to be written. */
    boolean hasRoom(String queue) {
        return waiting.count() < limit && !blocked.stops(queue);
    }

    /** Ends when every outcome was written, or its lease was lost, or it is {@link #blocked}. */
    CompletionStage<Void> empty() {
        return waiting.zero();
    }

    /** How many outcomes cannot be written, for a fault in their queue. */
    int blocked() {
        return blocked.count();
    }

    @Override
    public Duration runOnce() {
        var batch = take();
        if (batch.isEmpty()) {
            return blocked.untilNext();
        }
        var unknown = new ArrayList<Decided>(0);
        int seen = 0;
        try {
            var answers = write(batch);
            for (; seen < batch.size(); seen++) {
                var decided = batch.get(seen);
                switch (answers.get(seen)) {
                    case WRITTEN, NOT_HELD -> confirm(decided, answers.get(seen));
                    case BLOCKED -> block(decided);
                    case UNKNOWN -> unknown.add(decided);
                }
            }
        } finally {
            unknown.addAll(batch.subList(seen, batch.size())); // whatever was thrown
            Collections.reverse(unknown); // so that what is kept stays in order
            unknown.forEach(this::keep);
        }
        if (!unknown.isEmpty()) {
            throw new BrokerUnavailableException(unknown.size() + " outcomes could not be written and are kept", null);
        }
        return Duration.ZERO;
    }

    private List<Decided> take() {
        var batch = new ArrayList<Decided>();
        blocked.due(batch, BATCH);
        while (batch.size() < BATCH) {
            var next = unwritten.isEmpty() ? arrived.poll() : unwritten.poll();
            if (next == null) {
                break;
            }
            batch.add(next);
        }
        return batch;
    }

    private List<Settled> write(List<Decided> batch) {
        long begun = observation.now();
        try {
            return broker.settle(batch.stream().map(Decided::ending).toList(), time.instant());
        } catch (BrokerUnavailableException unavailable) {
            return Collections.nCopies(batch.size(), Settled.UNKNOWN);
        } finally {
            observation.wrote(batch.size(), begun);
        }
    }

    private void keep(Decided decided) {
        if (decided.wasBlocked()) {
            waiting.increment();
            blocked.leave(decided);
        }
        unwritten.addFirst(decided.after(Settled.UNKNOWN));
    }

    private void block(Decided decided) {
        blocked.keep(decided);
        if (!decided.wasBlocked()) {
            countDown();
        }
    }

    private void confirm(Decided decided, Settled answer) {
        attempts.remove(decided.attempt());
        if (answer == Settled.WRITTEN) {
            announcer.confirmed(decided.ending(), decided.cause(), time.instant());
            observation.settled(decided.attempt(), decided.ending(), decided.cause());
        }
        if (decided.wasBlocked()) {
            blocked.leave(decided);
        } else {
            countDown();
        }
        if (answer == Settled.NOT_HELD) {
            TaskMdc.run(decided.attempt(), () -> report(decided));
        }
    }

    private void report(Decided notHeld) {
        if (notHeld.before() == Settled.UNKNOWN) {
            // most likely it was the first try that wrote it; and whoever took a lost task has said so
            log.debug("the outcome of {} was written before, or its lease was lost", notHeld.attempt());
        } else {
            observation.lost(notHeld.attempt());
            log.warn("the outcome of {} was not written: its lease was lost", notHeld.attempt());
        }
    }

    private void countDown() {
        if (waiting.decrement() == limit) {
            relieved.run();
        }
    }

    /** What an outcome is to the broker, also where its cause is of a kind that cannot even be read. */
    private Ending endingAnyway(Attempt attempt, Outcome outcome) {
        try {
            return ending(attempt, outcome);
        } catch (Throwable unreadable) { // Errors too: this is the end of an attempt, not one
            var what = outcome.cause() == null ? outcome : outcome.cause();
            var instead = new IllegalStateException("a " + what.getClass().getName() + " that cannot be read");
            instead.setStackTrace(unreadable.getStackTrace());
            return ending(
                    attempt,
                    outcome instanceof Outcome.Rejected ? new Outcome.Rejected(instead) : new Outcome.Failed(instead));
        }
    }

    private Ending ending(Attempt attempt, Outcome outcome) {
        var lease = attempt.lease();
        if (outcome instanceof Outcome.Succeeded) {
            return attempt.message().limits().retentionSeconds() > 0
                    ? new Ending.Completed(lease)
                    : new Ending.Done(lease);
        }
        if (outcome instanceof Outcome.Revoked) {
            log.warn("{} was revoked by its handler and is deleted", attempt);
            return new Ending.Done(lease);
        }
        if (outcome instanceof Outcome.Released) {
            return new Ending.Released(lease);
        }
        if (outcome instanceof Outcome.Snoozed snoozed) {
            log.debug("{} is snoozed for {}", attempt, snoozed.delay());
            return new Ending.Snoozed(lease, time.instant().plus(snoozed.delay()));
        }
        if (outcome instanceof Outcome.Rejected rejected) {
            return judge.archived(attempt, rejected.cause(), "is not to be retried");
        }
        if (outcome instanceof Outcome.Failed failed) {
            return judge.failed(attempt, failed.cause());
        }
        throw new AssertionError(outcome);
    }
}
