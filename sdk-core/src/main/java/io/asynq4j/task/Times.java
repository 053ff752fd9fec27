package io.asynq4j.task;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/** The rules for durations and instants in options. */
final class Times {
    static final Duration SECOND = Duration.ofSeconds(1);

    /** The Go library counts durations in 64 bits of nanoseconds, 292 years; this leaves room to add some. */
    static final Duration LONGEST = Duration.ofDays(36_500);

    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private Times() {}

    static Duration positive(String what, Duration value) {
        Objects.requireNonNull(value, what);
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(what + " must be more than zero: " + value);
        }
        return bounded(what, value);
    }

    static Duration notNegative(String what, Duration value) {
        Objects.requireNonNull(value, what);
        if (value.isNegative()) {
            throw new IllegalArgumentException(what + " must not be negative: " + value);
        }
        return bounded(what, value);
    }

    static Duration bounded(String what, Duration value) {
        Objects.requireNonNull(value, what);
        if (value.abs().compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(what + " must be at most " + LONGEST.toDays() + " days: " + value);
        }
        return value;
    }

    static Instant deadline(Instant value) {
        if (!bounded("deadline", value).isAfter(Instant.EPOCH)) {
            throw new IllegalArgumentException(
                    "deadline must be after 1970-01-01T00:00:00Z, which means none to asynq: " + value);
        }
        return value;
    }

    static Instant bounded(String what, Instant value) {
        Objects.requireNonNull(value, what);
        if (value.isBefore(EARLIEST) || value.isAfter(LATEST)) {
            throw new IllegalArgumentException(what + " must be in the years 1 to 9999: " + value);
        }
        return value;
    }
}
