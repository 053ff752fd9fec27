package io.asynq4j.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Moves virtual time so that all that falls due on the way has ended before time goes on. */
final class Drive {
    private static final Duration TOO_LONG = Duration.ofDays(1);

    /** Longer than what the side loops do by default takes to come round. */
    private static final Duration AWAKE = Duration.ofSeconds(15);

    private final VirtualTime time;
    private final InstantSource serverClock;
    private final InMemoryBroker broker;
    private final Fleet fleet;
    private final Handlers handlers;
    private final LoopGuard guard;
    private final Duration patience;

    Drive(
            VirtualTime time,
            InstantSource serverClock,
            InMemoryBroker broker,
            Fleet fleet,
            Handlers handlers,
            LoopGuard guard,
            Duration patience) {
        this.time = time;
        this.serverClock = serverClock;
        this.broker = broker;
        this.fleet = fleet;
        this.handlers = handlers;
        this.guard = guard;
        this.patience = patience;
    }

    void runTo(Instant target) {
        time.inTurn(() -> {
            if (target.isBefore(time.instant())) {
                throw new IllegalArgumentException("time cannot move back from " + time.instant() + " to " + target);
            }
            begin(false);
            do {
                finishInstant();
                sleepTowards(target);
            } while (stepOn(target));
            time.finish(target);
        });
    }

    void runDue() {
        time.inTurn(this::runThisInstant);
    }

    /** Like {@link #runDue}, but leaves it to the thread that moves time if that is another one. */
    void runDueHere() {
        time.ifOurTurn(this::runThisInstant);
    }

    void runUntilIdle() {
        time.inTurn(() -> {
            begin(true);
            finishInstant();
            while (hasWork()) {
                checkProgress();
                sleepTowards(Instant.MAX);
                if (!stepOn(Instant.MAX)) {
                    throw new IllegalStateException("no timer is left, and yet there is " + contents());
                }
                finishInstant();
            }
            time.finish(time.instant());
        });
    }

    private void runThisInstant() {
        begin(false);
        finishInstant();
        time.finish(time.instant());
    }

    private void begin(boolean acrossTime) {
        time.begin();
        if (!handlers.inside()) {
            guard.begin(broker.unfinished(), acrossTime);
        }
        fleet.ready();
    }

    private void finishInstant() {
        do {
            while (stepOn(time.instant())) {}
        } while (elsewhereGoesOn());
    }

    private boolean stepOn(Instant latest) {
        boolean stepped = time.step(latest);
        guard.check();
        fleet.ready();
        return stepped;
    }

    /**
     * Passes over time in which nothing could happen but idle loops, which would take hundreds of thousands of steps a week;
     * the last of it is lived through.
     */
    private void sleepTowards(Instant target) {
        if (!fleet.isRunning()
                || timersOfOthers()
                || handlers.anyRunning()
                || broker.isBusy(fleet.queues(), fleet.aggregates())) {
            return;
        }
        var now = time.instant();
        var due = broker.nextDue(fleet.queues());
        var ahead = Duration.between(now, serverClock.instant());
        var next = due == null || due.minus(ahead).isAfter(target) ? target : due.minus(ahead);
        var nap = Duration.between(now, next).minus(AWAKE);
        if (nap.compareTo(AWAKE) > 0) {
            time.sleep(nap);
            broker.wakeAll();
        }
    }

    private boolean timersOfOthers() {
        return time.pendingTimers() > fleet.timers();
    }

    /**
     * Waits, for real, for a handler that goes on elsewhere. One that may be waiting for a timer of its own does not: only if
     * nobody has set one can it be known that virtual time does nothing for it.
     */
    private boolean elsewhereGoesOn() {
        if (patience.isZero() || !handlers.anyRunning() || timersOfOthers()) {
            return false;
        }
        try {
            if (time.awaitAction(patience.toNanos())) {
                return true;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        throw new IllegalStateException("no end after " + patience.toMillis() + " ms of real time: "
                + handlers.running() + ". A stage that is to hang until its deadline needs patience(Duration.ZERO)"
                + " of the builder");
    }

    private boolean hasWork() {
        return fleet.isRunning() && (handlers.anyRunning() || broker.hasWork(fleet.queues(), fleet.aggregates()));
    }

    /** Somebody has tasks and does not get on with them: waiting longer would be waiting for ever. */
    private void checkProgress() {
        var limit = time.instant().minus(TOO_LONG);
        var due = broker.nextDue(fleet.queues());
        boolean waiting = (due != null && due.isAfter(limit))
                || fleet.aggregates(); // then only the groups' settings know how long that takes
        if (!waiting && handlers.lastEvent().isBefore(limit) && !timersOfOthers()) {
            throw new IllegalStateException(
                    "nothing has happened since " + handlers.lastEvent() + ", and yet there is " + contents());
        }
    }

    private String contents() {
        return TaskViews.describe(broker);
    }
}
