package io.asynq4j.spi;

import java.time.Duration;
import java.time.Instant;

/**
 * Members of a group that are being made into one task. Nobody else gets them meanwhile.
 *
 * @param id unique among all sets, without colons; also the id of the task they become, should that have none of its own
 * @param deadline when the members go back to their group unless they have become a task; in whole seconds
 */
public record AggregationSet(String queue, String group, String id, Instant deadline) {
    /** How long an aggregation may take, for servers of either language. */
    public static final Duration TIME = Duration.ofMinutes(2);

    /** A set that is staged at {@code now}. */
    public static AggregationSet of(String queue, String group, String id, Instant now) {
        return new AggregationSet(
                queue, group, id, Instant.ofEpochSecond(now.getEpochSecond()).plus(TIME));
    }
}
