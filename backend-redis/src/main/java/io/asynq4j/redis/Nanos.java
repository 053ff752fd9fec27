package io.asynq4j.redis;

import java.time.Instant;

/** Unix nanoseconds, as the time is counted since which a task is pending. */
final class Nanos {
    private static final long PER_SECOND = 1_000_000_000L;

    private Nanos() {}

    /** Good until the year 2262. */
    static long unix(Instant instant) {
        return instant.getEpochSecond() * PER_SECOND + instant.getNano();
    }
}
