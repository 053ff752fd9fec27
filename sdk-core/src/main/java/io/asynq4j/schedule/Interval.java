package io.asynq4j.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Due so long after the time before. Not aligned to the clock, and not moved by changes of daylight saving. */
record Interval(Duration length) implements Schedule {
    private static final Duration LEAST = Duration.ofSeconds(1);

    static Interval of(Duration length) {
        return new Interval(length.compareTo(LEAST) < 0 ? LEAST : length.truncatedTo(ChronoUnit.SECONDS));
    }

    @Override
    public Optional<Instant> next(Instant after) {
        return Optional.of(after.truncatedTo(ChronoUnit.SECONDS).plus(length));
    }

    @Override
    public String spec() {
        return "@every " + length.toSeconds() + "s";
    }
}
