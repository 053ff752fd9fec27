package io.asynq4j.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Due so long after the time before. Not aligned to the clock, and not moved by changes of daylight saving. */
record Interval(Duration length, String spec) implements Schedule, Phased {
    private static final Duration LEAST = Duration.ofSeconds(1);

    static Interval of(Duration length) {
        var whole = whole(length);
        return new Interval(whole, "@every " + whole.toSeconds() + "s");
    }

    /** @param spec the text that says so */
    static Interval of(Duration length, String spec) {
        return new Interval(whole(length), spec);
    }

    private static Duration whole(Duration length) {
        return length.compareTo(LEAST) < 0 ? LEAST : length.truncatedTo(ChronoUnit.SECONDS);
    }

    @Override
    public Optional<Instant> next(Instant after) {
        return Optional.of(after.truncatedTo(ChronoUnit.SECONDS).plus(length));
    }

    @Override
    public Instant upTo(Instant last, Instant limit) {
        var from = last.truncatedTo(ChronoUnit.SECONDS);
        long gap = limit.minusNanos(1).getEpochSecond() - from.getEpochSecond();
        return gap <= 0 ? last : from.plus(length.multipliedBy(gap / length.toSeconds()));
    }

    /** However it is written. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Interval that && length.equals(that.length);
    }

    @Override
    public int hashCode() {
        return length.hashCode();
    }
}
