package io.asynq4j.micrometer;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The header in which a task carries when it was to start, since its record does not tell. */
final class DueHeader {
    static final String NAME = "asynq4j-due-ms";

    private DueHeader() {}

    static String of(Instant due) {
        return Long.toString(due.toEpochMilli());
    }

    /** How long ago it was to start, by two clocks, so at least nothing; null when it does not say. */
    static @Nullable Duration age(Map<String, String> headers, Instant now) {
        var due = headers.get(NAME);
        if (due == null) {
            return null;
        }
        try {
            return Duration.ofMillis(Math.max(0, Math.subtractExact(now.toEpochMilli(), Long.parseLong(due))));
        } catch (NumberFormatException | ArithmeticException foreign) {
            return null;
        }
    }
}
