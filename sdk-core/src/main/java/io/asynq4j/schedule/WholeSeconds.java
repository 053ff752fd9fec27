package io.asynq4j.schedule;

import io.asynq4j.spi.Seconds;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Somebody else's schedule, held to what brokers count on: whole seconds, and times that go on. Without that a time would be due
 * again each time it is settled.
 */
final class WholeSeconds implements Schedule {
    private static final Logger log = LoggerFactory.getLogger(Scheduler.class);

    private final Schedule schedule;
    private volatile boolean stuck;

    private WholeSeconds(Schedule schedule) {
        this.schedule = schedule;
    }

    static Schedule of(Schedule schedule) {
        return schedule instanceof Phased ? schedule : new WholeSeconds(schedule);
    }

    /** None any more once the schedule has not gone on. */
    @Override
    public Optional<Instant> next(Instant after) {
        if (stuck) {
            return Optional.empty();
        }
        var next = schedule.next(after).map(time -> Instant.ofEpochSecond(Seconds.up(time)));
        if (next.isEmpty() || next.get().isAfter(after)) {
            return next;
        }
        stuck = true;
        log.error("no longer due: the schedule \"{}\" answers {} for the time after {}", spec(), next.get(), after);
        return Optional.empty();
    }

    @Override
    public String spec() {
        return schedule.spec();
    }
}
