package io.asynq4j.server;

import io.asynq4j.spi.Lease;
import io.asynq4j.spi.Signals;
import io.asynq4j.time.Handle;
import java.util.HashSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cancels attempts that somebody wants to be cancelled: at once when it is told, and at the next heartbeat when it was not,
 * since messages get lost.
 */
final class Canceller {
    private static final Logger log = LoggerFactory.getLogger(Canceller.class);

    private final Signals broker;
    private final Attempts attempts;
    private final Consumer<Attempt> cancel;
    private volatile Handle listening = () -> {};

    /** @param cancel does it, once for each attempt; must not block */
    Canceller(Signals broker, Attempts attempts, Consumer<Attempt> cancel) {
        this.broker = broker;
        this.attempts = attempts;
        this.cancel = cancel;
    }

    /** Listens from now on. */
    void start() {
        listening = broker.onCancel(told -> cancel(key -> told.means(key.queue(), key.id())));
    }

    void stop() {
        listening.close();
    }

    /** Asks the broker for what was not told. */
    void look() {
        var leases = running().stream().map(Attempt::lease).toList();
        if (leases.isEmpty()) {
            return;
        }
        var wanted = new HashSet<TaskKey>();
        for (Lease lease : broker.cancelled(leases)) {
            wanted.add(new TaskKey(lease.queue(), lease.id()));
        }
        if (!wanted.isEmpty()) {
            cancel(wanted::contains);
        }
    }

    private void cancel(Predicate<TaskKey> wanted) {
        for (var attempt : running()) {
            if (wanted.test(attempt.key()) && attempt.cancelled().isEmpty()) {
                log.info("cancelling {}, as it was asked for", attempt);
                cancel.accept(attempt);
            }
        }
    }

    private List<Attempt> running() {
        return attempts.snapshot().stream()
                .filter(attempt -> !attempt.isDecided())
                .toList();
    }
}
