package io.asynq4j.server;

import io.asynq4j.spi.Grouping;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The parts of a server that aggregates groups, put together. */
final class Aggregating {
    private final Aggregations aggregations;
    private final Loop collecting;

    private Aggregating(Aggregation.Means means, Settings settings, Loop.Shared shared, Executor executor) {
        this.aggregations = new Aggregations(means, executor, this::wake);
        var collector = new Collector(means.broker(), aggregations, means.setbacks(), settings, shared.time());
        this.collecting = new Loop("aggregator", collector, shared);
    }

    /**
     * The parts; null when the server has no aggregator.
     *
     * @param executor runs the user's code
     */
    static @Nullable Aggregating of(Grouping broker, Settings settings, Loop.Shared shared, Executor executor) {
        var aggregator = settings.groups().aggregator();
        if (aggregator == null) {
            return null;
        }
        var means =
                new Aggregation.Means(broker, aggregator, new Setbacks(shared.time()), shared.time(), shared.random());
        return new Aggregating(means, settings, shared, executor);
    }

    Aggregations aggregations() {
        return aggregations;
    }

    /** The loop that looks for groups. */
    Loop collecting() {
        return collecting;
    }

    private void wake() {
        collecting.wake();
    }
}
