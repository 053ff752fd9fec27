package io.asynq4j.testing;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;

/** How many attempts of one queue have ended, and how many of them failed. Not safe for use by many threads. */
final class Counters {
    private final Map<LocalDate, Long> processed = new HashMap<>();
    private final Map<LocalDate, Long> failed = new HashMap<>();

    void succeeded(Instant now) {
        processed.merge(day(now), 1L, Long::sum);
    }

    void failed(Instant now) {
        processed.merge(day(now), 1L, Long::sum);
        failed.merge(day(now), 1L, Long::sum);
    }

    long processed() {
        return sum(processed);
    }

    long failed() {
        return sum(failed);
    }

    long processed(LocalDate day) {
        return processed.getOrDefault(day, 0L);
    }

    long failed(LocalDate day) {
        return failed.getOrDefault(day, 0L);
    }

    private static LocalDate day(Instant now) {
        return LocalDate.ofInstant(now, ZoneOffset.UTC);
    }

    private static long sum(Map<LocalDate, Long> days) {
        return days.values().stream().mapToLong(Long::longValue).sum();
    }
}
