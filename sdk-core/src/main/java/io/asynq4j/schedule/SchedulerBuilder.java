package io.asynq4j.schedule;

import io.asynq4j.spi.Broker;
import io.asynq4j.spi.SchedulerInfo;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Describes a scheduler. Every setting has a default; a wrong value is refused at once. Used by one thread. */
public final class SchedulerBuilder {
    private final Broker broker;
    private ZoneId zone = ZoneOffset.UTC;
    private Duration heartbeat = Duration.ofSeconds(10);
    private Duration allowance = Duration.ofSeconds(30);
    private final List<SchedulerListener> listeners = new ArrayList<>();
    private Supplier<String> ids = () -> UUID.randomUUID().toString();
    private @Nullable String leaderScope;
    private Duration leaderLease = Duration.ofSeconds(30);
    private @Nullable Timekeeper time;
    private @Nullable Executor executor;

    SchedulerBuilder(Broker broker) {
        this.broker = Objects.requireNonNull(broker, "broker");
    }

    /** The zone of schedules that name none. Default: UTC. */
    public SchedulerBuilder zone(ZoneId zone) {
        this.zone = Objects.requireNonNull(zone, "zone");
        return this;
    }

    /** How often entries are shown to others, at least 1 s. They are forgotten after twice that. Default 10 s. */
    public SchedulerBuilder heartbeat(Duration interval) {
        if (interval.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("the heartbeat interval must be at least 1 s: " + interval);
        }
        heartbeat = interval;
        return this;
    }

    /**
     * How late a time may be and is made up for all the same; what is later is missed, see {@link Missed}. Should be more than
     * clocks of schedulers differ, and not less than a restart takes. Not negative. Default 30 s.
     */
    public SchedulerBuilder allowance(Duration late) {
        if (late.isNegative()) {
            throw new IllegalArgumentException("the allowance must not be negative: " + late);
        }
        allowance = late;
        return this;
    }

    /**
     * Lets one scheduler of all with this scope enqueue, while the others wait to take its place: at most {@code lease} after
     * it died, and at once when it was closed. Not needed for each time to make one task; it saves calls where there are many
     * schedulers. The allowance should be more than the lease, or times between are missed.
     *
     * @param scope not blank
     * @param lease at least 3 s
     */
    public SchedulerBuilder leaderLease(String scope, Duration lease) {
        if (scope.isBlank()) {
            throw new IllegalArgumentException("the scope of a leader must not be blank");
        }
        if (lease.compareTo(Duration.ofSeconds(3)) < 0) {
            throw new IllegalArgumentException("the lease of a leader must be at least 3 s: " + lease);
        }
        leaderScope = scope;
        leaderLease = lease;
        return this;
    }

    /** Somebody to be told what is enqueued. May be called several times. */
    public SchedulerBuilder listener(SchedulerListener listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
        return this;
    }

    /** Where tasks without an id of their own get it: another each time, for many threads. Default: random UUIDs. */
    public SchedulerBuilder ids(Supplier<String> ids) {
        this.ids = Objects.requireNonNull(ids, "ids");
        return this;
    }

    /** Where the scheduler gets its time. Default: the system's. */
    public SchedulerBuilder time(Timekeeper time) {
        this.time = Objects.requireNonNull(time, "time");
        return this;
    }

    /** What the scheduler runs on, one action at a time; stays open. Default: a daemon thread of its own. */
    public SchedulerBuilder executor(Executor executor) {
        this.executor = Objects.requireNonNull(executor, "executor");
        return this;
    }

    /** The scheduler. */
    public Scheduler build() {
        var ground = SchedulerGround.of(time, executor);
        var self = SchedulerInfo.here();
        var leadership = new Leadership(broker, self, leaderScope, leaderLease, ground.time());
        var aftermath = new Aftermath(broker, List.copyOf(listeners));
        var rounds = new Rounds(broker, ground.time(), allowance, ids, aftermath);
        return new Scheduler(broker, zone, self, heartbeat, leadership, rounds, ground);
    }
}
