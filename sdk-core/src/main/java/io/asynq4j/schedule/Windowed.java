package io.asynq4j.schedule;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A schedule that begins and ends. An interval is first due at its beginning.
 *
 * @param from the first moment at which it can be due; null for no beginning
 * @param until the last moment; null for no end
 */
record Windowed(
        Schedule schedule, @Nullable Instant from, @Nullable Instant until) implements Schedule, Phased {
    static Schedule of(Schedule schedule, @Nullable Instant from, @Nullable Instant until) {
        return from == null && until == null ? schedule : new Windowed(schedule, from, until);
    }

    @Override
    public Optional<Instant> next(Instant after) {
        return raw(after).filter(next -> until == null || !next.isAfter(until));
    }

    @Override
    public String spec() {
        return schedule.spec();
    }

    @Override
    public Instant upTo(Instant last, Instant limit) {
        var start = beginning();
        if (start == null || !last.isBefore(start)) {
            return Phased.upTo(schedule, last, limit);
        }
        return start.isBefore(limit) && raw(last).filter(limit::isAfter).isPresent()
                ? Phased.upTo(schedule, raw(last).orElseThrow(), limit)
                : last;
    }

    private Optional<Instant> raw(Instant after) {
        var start = beginning();
        if (start == null || !after.isBefore(start)) {
            return schedule.next(after);
        }
        return schedule instanceof Interval ? Optional.of(start) : schedule.next(start.minusNanos(1));
    }

    /** In whole seconds, rounded up. */
    private @Nullable Instant beginning() {
        return from == null || from.getNano() == 0 ? from : Instant.ofEpochSecond(from.getEpochSecond() + 1);
    }
}
