package io.asynq4j.server;

import io.asynq4j.handler.CancelReason;
import io.asynq4j.spi.Presence;
import io.asynq4j.spi.ServerInfo;
import io.asynq4j.spi.WorkerInfo;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** Extends the leases of running attempts, and shows the server to others. Leases first: they matter more. */
final class Heartbeat implements Loop.Turn {
    /** How long a server is shown after its last beat; the same as asynq's. */
    private static final Duration SHOWN = Duration.ofSeconds(10);

    private final Presence broker;
    private final Attempts attempts;
    private final Supplier<ServerInfo> server;
    private final BiConsumer<Attempt, CancelReason> canceller;
    private final Settings settings;
    private final Timekeeper time;

    Heartbeat(
            Presence broker,
            Attempts attempts,
            Supplier<ServerInfo> server,
            BiConsumer<Attempt, CancelReason> canceller,
            Settings settings,
            Timekeeper time) {
        this.broker = broker;
        this.attempts = attempts;
        this.server = server;
        this.canceller = canceller;
        this.settings = settings;
        this.time = time;
    }

    @Override
    public Duration runOnce() {
        extend();
        announce();
        return settings.lease().heartbeat();
    }

    /**
     * A handler must not run on after its lease has expired, since somebody else may be at the task. An outcome that waits to
     * be written does no harm: its lease is extended as long as the broker says that it is still there.
     */
    private void extend() {
        var held = new ArrayList<Attempt>();
        for (var attempt : attempts.snapshot()) {
            if (attempt.isDecided() || !attempt.lease().expiresAt().isBefore(time.instant())) {
                held.add(attempt);
            } else {
                lost(attempt);
            }
        }
        if (held.isEmpty()) {
            return;
        }
        var until = time.instant().plus(settings.lease().duration());
        var leases = held.stream().map(Attempt::lease).toList();
        var gone = new HashSet<TaskKey>();
        broker.extend(leases, until).forEach(lease -> gone.add(new TaskKey(lease.queue(), lease.id())));
        for (var attempt : held) {
            if (gone.contains(attempt.key())) {
                lost(attempt);
            } else {
                attempt.extended(until);
            }
        }
    }

    /** An attempt whose outcome is just being written has no lease to lose: its writer learns what became of it. */
    private void lost(Attempt attempt) {
        if (attempts.contains(attempt) && !attempt.isDecided()) {
            canceller.accept(attempt, CancelReason.LEASE_LOST);
        }
    }

    private void announce() {
        List<WorkerInfo> workers = attempts.snapshot().stream()
                .map(attempt -> new WorkerInfo(attempt.lease(), attempt.startedAt(), attempt.deadline()))
                .toList();
        Instant now = time.instant();
        broker.announce(server.get(), workers, now, SHOWN);
    }
}
