package io.asynq4j.redis;

import io.asynq4j.redis.port.Reply;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Unix nanoseconds, as the time is counted since which a task is pending. */
final class Nanos {
    private static final long PER_SECOND = 1_000_000_000L;

    private Nanos() {}

    /** Good until the year 2262. */
    static long unix(Instant instant) {
        return instant.getEpochSecond() * PER_SECOND + instant.getNano();
    }

    /** An instant out of a hash that anybody may have written to; null for none. */
    static @Nullable Instant instant(Reply text) {
        try {
            long nanos = text.isNil() ? 0 : Long.parseLong(text.text());
            return nanos <= 0 ? null : Instant.ofEpochSecond(0, nanos);
        } catch (NumberFormatException none) {
            return null;
        }
    }
}
