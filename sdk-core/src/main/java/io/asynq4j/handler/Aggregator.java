package io.asynq4j.handler;

import io.asynq4j.task.Task;
import java.util.List;

/**
 * Makes one task out of the members of a group.
 *
 * <p>Called by many threads at once, for different sets of members; at most 8 at a time in a server. It can be called again
 * for members that it has seen before, when what it answered could not be stored, so it should do nothing but make a task. A
 * call that takes longer than 2 minutes is interrupted, and what it answers is not used.
 */
@FunctionalInterface
public interface Aggregator {
    /**
     * Answers the task that takes the place of {@code tasks}. Its options apply, but for the queue, which is that of the group.
     * It may throw anything, and then the members are back in their group, to be tried again some time later.
     *
     * @param group the group's name
     * @param tasks type, payload and headers of the members, those that joined first in front; at least one, of whatever types
     * @return never null
     */
    Task aggregate(String group, List<Task> tasks) throws Exception;
}
