package io.asynq4j.spi;

import io.asynq4j.task.TaskState;

/**
 * Where tasks of one kind lie: those of a queue that are in one state, or in one group.
 *
 * @param group for {@code AGGREGATING} the group; empty for all other states
 */
public record Shelf(String queue, TaskState state, String group) {
    /** Refuses a group without members that wait in it, and the other way round. */
    public Shelf {
        if ((state == TaskState.AGGREGATING) == group.isEmpty()) {
            throw new IllegalArgumentException(
                    "a group goes with aggregating tasks, and only with them: " + state.word() + ", \"" + group + '"');
        }
    }

    /** The tasks of {@code queue} that are in {@code state}, which is not aggregating. */
    public static Shelf of(String queue, TaskState state) {
        return new Shelf(queue, state, "");
    }

    /** The members of a group. */
    public static Shelf group(String queue, String group) {
        return new Shelf(queue, TaskState.AGGREGATING, group);
    }
}
