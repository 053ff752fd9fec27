package io.asynq4j.server;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to leave a broker alone that did not answer: doubling from 100 ms to 5 s, each between half and one and a half. */
final class Backoff {
    private static final long FIRST_MILLIS = 100;
    private static final long LAST_MILLIS = 5_000;

    private Backoff() {}

    /** The wait after {@code failures} failures in a row, 1 or more. */
    static Duration after(int failures, RandomGenerator random) {
        long millis = Math.min(LAST_MILLIS, FIRST_MILLIS << Math.min(failures - 1, 10));
        return around(Duration.ofMillis(millis), random);
    }

    /** {@code middle}, give or take half of it, so that servers do not march in step. */
    static Duration around(Duration middle, RandomGenerator random) {
        return Duration.ofNanos((long) (middle.toNanos() * (0.5 + random.nextDouble())));
    }
}
