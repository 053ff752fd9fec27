package io.asynq4j.server;

import io.asynq4j.handler.RetryPolicy;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;

/** What a server was told to be like, checked. The builder says what each of them means. */
record Settings(
        int concurrency,
        Map<String, Integer> queues,
        boolean strictPriority,
        Duration checkInterval,
        Duration delayedCheckInterval,
        Duration janitorInterval,
        int janitorBatch,
        Duration heartbeat,
        Duration lease,
        Duration leaseAllowance,
        int crashLimit,
        Duration cancelGrace,
        Duration shutdownTimeout,
        RetryPolicy retryPolicy,
        Predicate<Throwable> isFailure,
        GroupSettings groups) {
    /** How many unwritten outcomes stop the fetching. */
    int unwrittenLimit() {
        return Math.max(1_000, 4 * concurrency);
    }
}
