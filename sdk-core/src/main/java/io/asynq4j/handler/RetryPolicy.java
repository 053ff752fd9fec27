package io.asynq4j.handler;

import io.asynq4j.task.Task;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long a failed task waits before it is tried again. Safe for use by many threads. */
@FunctionalInterface
public interface RetryPolicy {
    /**
     * The wait before the next attempt; fractions of a second are rounded up, and less than zero is zero.
     *
     * @param retried how many retries were used before this failure, 0 for the first
     * @param failure what the handler threw
     * @param random the server's source of chance, seeded in tests
     */
    Duration delay(int retried, Throwable failure, Task task, RandomGenerator random);

    /**
     * What asynq does: n⁴ + 15 + r·(n+1) seconds with n retries used and r drawn evenly from 0 to 29. All 25 default
     * retries are spread over about 20 days.
     */
    static RetryPolicy asynqDefault() {
        return (retried, failure, task, random) -> {
            double n = Math.min(retried, 1_000); // 30,000 years: far enough, and no instant overflows
            return Duration.ofSeconds((long) (n * n * n * n) + 15 + random.nextInt(30) * ((long) n + 1));
        };
    }

    /** The same wait each time, zero or more. */
    static RetryPolicy fixed(Duration delay) {
        if (delay.isNegative()) {
            throw new IllegalArgumentException("retry delay must not be negative: " + delay);
        }
        return (retried, failure, task, random) -> delay;
    }
}
