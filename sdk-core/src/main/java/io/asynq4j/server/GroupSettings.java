package io.asynq4j.server;

import io.asynq4j.handler.Aggregator;
import io.asynq4j.spi.GroupTrigger;
import io.asynq4j.spi.Seconds;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a server was told to treat groups, checked.
 *
 * @param aggregator null: it leaves groups to other servers
 */
record GroupSettings(@Nullable Aggregator aggregator, GroupTrigger trigger) {
    /** What the user has set. */
    static final class Builder {
        private @Nullable Aggregator aggregator;
        private Duration gracePeriod = Duration.ofMinutes(1);
        private Duration maxDelay = Duration.ZERO;
        private int maxSize;

        void aggregator(Aggregator aggregator) {
            this.aggregator = Objects.requireNonNull(aggregator, "aggregator");
        }

        void gracePeriod(Duration period) {
            gracePeriod = Check.atLeast("group grace period", Duration.ofSeconds(1), period);
        }

        void maxDelay(Duration delay) {
            maxDelay = Check.atLeast("group max delay", Duration.ZERO, delay);
        }

        void maxSize(int tasks) {
            maxSize = Check.atLeast("group max size", 0, tasks);
        }

        GroupSettings build() {
            return new GroupSettings(
                    aggregator, new GroupTrigger(Seconds.up(gracePeriod), Seconds.up(maxDelay), maxSize));
        }
    }
}
