package io.asynq4j.spi;

import io.asynq4j.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * A queue as it was at one moment.
 *
 * @param tasks how many there are in each state, zeros included
 * @param groups how many groups it has
 * @param latency how long the task that runs next has been pending; zero when none is, or nobody knows
 * @param today attempts that ended today, in UTC
 * @param ever attempts that ended since the queue is there
 * @param at when this was read, by the reader's clock
 */
public record QueueInfo(
        String queue,
        Map<TaskState, Long> tasks,
        long groups,
        Duration latency,
        boolean paused,
        Attempts today,
        Attempts ever,
        Instant at) {
    /** Copies the numbers. */
    public QueueInfo {
        var all = new EnumMap<TaskState, Long>(TaskState.class);
        for (var state : TaskState.values()) {
            all.put(state, tasks.getOrDefault(state, 0L));
        }
        tasks = Collections.unmodifiableMap(all);
    }

    /** How many tasks are in {@code state}. */
    public long count(TaskState state) {
        return tasks.getOrDefault(state, 0L);
    }

    /** How many tasks there are, in whatever state. Members of groups that are being aggregated are in none. */
    public long size() {
        return tasks.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * Attempts that have ended.
     *
     * @param processed all of them
     * @param failed those of them that have failed
     */
    public record Attempts(long processed, long failed) {}
}
