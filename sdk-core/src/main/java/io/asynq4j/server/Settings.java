package io.asynq4j.server;

import io.asynq4j.handler.TaskContext;
import io.asynq4j.spi.ArchiveLimits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** What a server was told to be like, checked. The builder says what each of them means. */
record Settings(
        int concurrency,
        Map<String, Integer> queues,
        boolean strictPriority,
        Intervals intervals,
        Leasing lease,
        Duration cancelGrace,
        Duration shutdownTimeout,
        Failures failures,
        ArchiveLimits archive,
        Health health,
        UnaryOperator<TaskContext> context,
        List<ServerObserver> observers,
        GroupSettings groups) {
    /** How many unwritten outcomes stop the fetching. */
    int unwrittenLimit() {
        return Math.max(1_000, 4 * concurrency);
    }
}
