package io.asynq4j.handler;

import io.asynq4j.task.Task;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What becomes of failed tasks that have retries left: whether they are tried again, and when. A value, safe for use by many
 * threads. One that throws is logged, and the attempt is treated as {@link #asynqDefault} would.
 */
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

    /** Whether the task is tried again after {@code failure}; if not, it is archived at once. Default: yes. */
    default boolean retries(Throwable failure, Task task) {
        return true;
    }

    /** For how long after its first failure the task is tried again, see {@link #forAtMost}. Default: empty, without end. */
    default Optional<Duration> period(Task task) {
        return Optional.empty();
    }

    /**
     * This policy for {@code period}: a failure that comes so long after the task's first one, or later, archives it. Its
     * max retry holds all the same.
     *
     * <p>When a task was enqueued or first failed is not in the records that are shared with asynq. So the first failure that
     * is settled under such a policy is noted in the header {@code asynq4j-first-failed-at}, which a task loses when it is
     * archived. Attempts whose worker died do not begin the period, and nor do failures that other programs have settled.
     */
    default RetryPolicy forAtMost(Duration period) {
        return new RetryPolicies.Limited(this, RetryPolicies.notNegative("retry period", period));
    }

    /** This policy, but failures of this type, also as a cause of others, are never tried again. */
    default RetryPolicy never(Class<? extends Throwable> type) {
        return new RetryPolicies.Choosy(this, type);
    }

    /**
     * What asynq does: n⁴ + 15 + r·(n+1) seconds with n retries used and r drawn evenly from 0 to 29. All 25 default
     * retries are spread over about 20 days. (asynq, server.go, function DefaultRetryDelayFunc, after the formula of Sidekiq)
     */
    static RetryPolicy asynqDefault() {
        return (retried, failure, task, random) -> {
            double n = Math.min(retried, 1_000); // 30,000 years: far enough, and no instant overflows
            return Duration.ofSeconds((long) (n * n * n * n) + 15 + random.nextInt(30) * ((long) n + 1));
        };
    }

    /** The same wait each time, zero or more. */
    static RetryPolicy fixed(Duration delay) {
        var checked = RetryPolicies.notNegative("retry delay", delay);
        return (retried, failure, task, random) -> checked;
    }

    /**
     * A wait drawn evenly from zero to {@code base}·2ⁿ, with n retries used, but to {@code cap} at most: exponential back-off
     * with full jitter, after Marc Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015. It spreads a crowd
     * of failures out as far as can be, at the price of some early attempts.
     *
     * @param base more than zero
     * @param cap not less than the base
     */
    static RetryPolicy exponential(Duration base, Duration cap) {
        return new RetryPolicies.Exponential(base, cap);
    }

    /** These waits in turn, each zero or more; the last one again and again, as long as there are retries. */
    static RetryPolicy delays(List<Duration> delays) {
        return new RetryPolicies.Listed(delays);
    }

    /** Each type of task its own policy, by the exact name of the type, and {@code others} for all that are not named. */
    static RetryPolicy byType(Map<String, RetryPolicy> policies, RetryPolicy others) {
        return new RetryPolicies.ByType(policies, others);
    }
}
