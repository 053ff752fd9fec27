package io.asynq4j.spi;

import java.time.Duration;
import java.util.Objects;

/**
 * How much of a queue's archive is kept.
 *
 * @param size how many tasks, the newest; at least 1
 * @param age for how long, at least 1 s; a fraction of a second counts as a whole one
 */
public record ArchiveLimits(int size, Duration age) {
    private static final Duration LONGEST = Duration.ofDays(36_500);

    /** Those of asynq: 10,000 tasks and 90 days. */
    public static final ArchiveLimits DEFAULT = new ArchiveLimits(10_000, Duration.ofDays(90));

    /** Checks, and rounds. */
    public ArchiveLimits {
        if (size < 1) {
            throw new IllegalArgumentException("archive size must be at least 1: " + size);
        }
        if (Objects.requireNonNull(age, "archive age").compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("archive age must be at least PT1S: " + age);
        }
        if (age.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("archive age must be at most " + LONGEST.toDays() + " days: " + age);
        }
        age = Duration.ofSeconds(Seconds.up(age));
    }
}
