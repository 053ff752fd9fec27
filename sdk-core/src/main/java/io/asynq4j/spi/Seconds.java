package io.asynq4j.spi;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Whole seconds, as task records and scores count them. Rounded up, so that nothing happens early. */
public final class Seconds {
    private Seconds() {}

    /** {@code duration} in seconds, a fraction counted as a whole one. */
    public static long up(Duration duration) {
        return duration.getNano() == 0 ? duration.getSeconds() : duration.getSeconds() + 1;
    }

    /** {@code instant} in unix seconds, a fraction counted as a whole one. */
    public static long up(Instant instant) {
        return instant.getNano() == 0 ? instant.getEpochSecond() : instant.getEpochSecond() + 1;
    }

    /** The instant of a record's unix seconds; null for 0, which stands for never. Out of range is the nearest in range. */
    public static @Nullable Instant instant(long unixSeconds) {
        if (unixSeconds == 0) {
            return null;
        }
        var inRange = Math.max(Instant.MIN.getEpochSecond(), Math.min(Instant.MAX.getEpochSecond(), unixSeconds));
        return Instant.ofEpochSecond(inRange);
    }
}
