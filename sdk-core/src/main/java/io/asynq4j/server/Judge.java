package io.asynq4j.server;

import io.asynq4j.handler.RetryPolicy;
import io.asynq4j.spi.ArchiveLimits;
import io.asynq4j.spi.Ending;
import io.asynq4j.spi.Lease;
import io.asynq4j.task.Task;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses between retry and archive for failed attempts, as the user's policy has it; without it where it fails. */
final class Judge {
    private static final Logger log = LoggerFactory.getLogger(Settler.class);
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final Failures failures;
    private final ArchiveLimits archive;
    private final Timekeeper time;
    private final RandomGenerator random;

    Judge(Failures failures, ArchiveLimits archive, Timekeeper time, RandomGenerator random) {
        this.failures = failures;
        this.archive = archive;
        this.time = time;
        this.random = random;
    }

    /** What a failure comes to. */
    Ending failed(Attempt attempt, Throwable cause) {
        var policy = failures.retryPolicy();
        var task = attempt.message().task();
        if (attempt.retried() >= attempt.maxRetry()) {
            return archived(attempt, cause, "has no retries left");
        }
        if (!asked("retry policy", () -> true, () -> policy.retries(cause, task))) {
            return archived(attempt, cause, "is of a kind that is never retried");
        }
        var lease = attempt.lease();
        var period = asked(
                "retry policy", () -> Duration.ZERO, () -> policy.period(task).orElse(Duration.ZERO));
        if (!period.isZero()) {
            var first = FirstFailure.of(lease);
            if (first != null && Duration.between(first, time.instant()).compareTo(period) >= 0) {
                return archived(attempt, cause, "has been retried for " + period);
            }
            lease = first == null ? FirstFailure.note(lease, time.instant()) : lease;
        }
        return retried(attempt, lease, cause, task);
    }

    /** The end of an attempt that is not retried. */
    Ending archived(Attempt attempt, Throwable cause, String why) {
        log.warn("{} failed, {} and is archived", attempt, why, cause);
        return new Ending.Archived(FirstFailure.forget(attempt.lease()), ErrorText.of(cause), archive);
    }

    private Ending retried(Attempt attempt, Lease lease, Throwable cause, Task task) {
        int retried = attempt.retried();
        var delay = asked(
                "retry policy",
                () -> RetryPolicy.asynqDefault().delay(retried, cause, task, random),
                () -> Objects.requireNonNull(failures.retryPolicy().delay(retried, cause, task, random), "delay"));
        var counted = asked("isFailure", () -> true, () -> failures.isFailure().test(cause));
        log.info("{} failed and is retried in {}", attempt, delay, cause);
        return new Ending.Retried(lease, due(delay), ErrorText.of(cause), counted);
    }

    private Instant due(Duration delay) {
        return delay.isNegative() ? time.instant() : time.instant().plus(shortened(delay));
    }

    /** To what an instant can hold. */
    private static Duration shortened(Duration wait) {
        return wait.compareTo(LONGEST) < 0 ? wait : LONGEST;
    }

    /** What the user's code says; {@code otherwise} when it fails, which must not cost the outcome. */
    private static <T> T asked(String whom, Supplier<T> otherwise, Supplier<T> question) {
        try {
            return question.get();
        } catch (Throwable failed) { // Errors too: this is the end of an attempt, not one
            log.error("the {} failed, the default is used", whom, failed);
            return otherwise.get();
        }
    }
}
