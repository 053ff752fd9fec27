package io.asynq4j.server;

import io.asynq4j.spi.AggregationSet;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** The sets that are being aggregated at the moment. Safe for use by many threads; one of them starts. */
final class Aggregations {
    /** How many at a time. */
    static final int MOST = 8;

    private final Aggregation.Means means;
    private final Executor executor;
    private final Runnable roomAgain;
    private final Set<Aggregation> running = ConcurrentHashMap.newKeySet();
    private final Tally busy = new Tally();

    /**
     * @param executor runs the user's code
     * @param roomAgain told whenever one has ended
     */
    Aggregations(Aggregation.Means means, Executor executor, Runnable roomAgain) {
        this.means = means;
        this.executor = executor;
        this.roomAgain = roomAgain;
    }

    boolean hasRoom() {
        return busy.count() < MOST;
    }

    /** Starts aggregating a set that is staged, or may be. */
    void start(AggregationSet set) {
        busy.increment();
        var aggregation = new Aggregation(set, means, executor, this::ended);
        running.add(aggregation);
        try {
            executor.execute(aggregation);
        } catch (RejectedExecutionException closing) {
            aggregation.abandon();
            ended(aggregation);
        }
    }

    /** Ends when none is running. */
    CompletionStage<Void> idle() {
        return busy.zero();
    }

    /** Gives back all sets that are not finished; what their aggregators still answer is not used. */
    void abandonAll() {
        running.forEach(Aggregation::abandon);
    }

    private void ended(Aggregation aggregation) {
        running.remove(aggregation);
        busy.decrement();
        roomAgain.run();
    }
}
