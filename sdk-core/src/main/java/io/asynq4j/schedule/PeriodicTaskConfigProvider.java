package io.asynq4j.schedule;

import java.util.List;
import java.util.function.Consumer;

/** Says which tasks are to be enqueued periodically, whenever it is asked. Called by one thread at a time; it may block. */
@FunctionalInterface
public interface PeriodicTaskConfigProvider {
    /**
     * All periodic tasks that there should be now.
     *
     * @throws Exception when that cannot be told; those that there are go on then
     */
    List<PeriodicTask> periodicTasks() throws Exception;

    /**
     * Like {@link #periodicTasks()}, for one that can tell some and has to leave out others.
     *
     * @param problems is told of each that is left out, in words for people
     */
    default List<PeriodicTask> periodicTasks(Consumer<String> problems) throws Exception {
        return periodicTasks();
    }
}
