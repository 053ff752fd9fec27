package io.asynq4j.schedule;

import io.asynq4j.spi.SchedulerInfo;
import io.asynq4j.spi.Schedules;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether this scheduler is the one that enqueues, where only one is to. Used by one thread. That each time makes one task does
 * not hang on it: a leader that was taken for dead and goes on does no harm.
 */
final class Leadership {
    private final Schedules broker;
    private final SchedulerInfo scheduler;
    private final @Nullable String scope;
    private final Duration lease;
    private final Timekeeper time;
    private boolean asked;
    private boolean leading;
    private long askedNanos;

    /** @param scope null where all are to enqueue */
    Leadership(Schedules broker, SchedulerInfo scheduler, @Nullable String scope, Duration lease, Timekeeper time) {
        this.broker = broker;
        this.scheduler = scheduler;
        this.scope = scope;
        this.lease = lease;
        this.time = time;
    }

    /** Whether this one is to enqueue now, having asked the broker if it is time to. */
    boolean leads() {
        if (scope == null) {
            return true;
        }
        long now = time.nanoTime();
        if (!asked || now - askedNanos >= again().toNanos()) {
            leading = false; // unless there is an answer
            leading = broker.lead(scope, scheduler, lease);
            askedNanos = now;
            asked = true;
        }
        return leading;
    }

    /** How long it is at most until the broker is to be asked again. */
    Duration again() {
        return scope == null ? lease : lease.dividedBy(3);
    }

    void end() {
        if (scope != null && leading) {
            broker.lead(scope, scheduler, Duration.ZERO);
        }
    }
}
