package io.asynq4j.testing;

import io.asynq4j.spi.SchedulerEntry;
import io.asynq4j.spi.SchedulerEvent;
import io.asynq4j.spi.ServerInfo;
import io.asynq4j.spi.WorkerInfo;
import io.asynq4j.task.TaskState;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;

/** What a broker holds, for tests to look at. Every answer is a copy of what was there at one moment. */
public interface BrokerView {
    /**
     * The tasks of a queue that are in {@code state}: pending ones in the order in which they run, active ones in the order
     * in which they were fetched, aggregating ones by group, and all others by their time.
     */
    List<StoredTask> tasks(String queue, TaskState state);

    default List<StoredTask> pending(String queue) {
        return tasks(queue, TaskState.PENDING);
    }

    default List<StoredTask> active(String queue) {
        return tasks(queue, TaskState.ACTIVE);
    }

    default List<StoredTask> scheduled(String queue) {
        return tasks(queue, TaskState.SCHEDULED);
    }

    default List<StoredTask> retrying(String queue) {
        return tasks(queue, TaskState.RETRY);
    }

    default List<StoredTask> archived(String queue) {
        return tasks(queue, TaskState.ARCHIVED);
    }

    default List<StoredTask> completed(String queue) {
        return tasks(queue, TaskState.COMPLETED);
    }

    /** The tasks of one group, those that joined first in front. */
    default List<StoredTask> aggregating(String queue, String group) {
        return tasks(queue, TaskState.AGGREGATING).stream()
                .filter(stored -> stored.task().group().filter(group::equals).isPresent())
                .toList();
    }

    /** The groups that aggregators find in a queue. */
    Set<String> groups(String queue);

    /** The queues that are known. */
    Set<String> queues();

    /** The servers that have announced themselves and are not forgotten. */
    List<ServerInfo> servers();

    /** What those servers work on. */
    List<WorkerInfo> workers();

    /** The periodic tasks of schedulers that have announced themselves and are not forgotten. */
    List<SchedulerEntry> schedulerEntries();

    /** What a periodic task has put on its queue, the oldest first. */
    List<SchedulerEvent> schedulerEvents(String entryId);

    /** How many attempts of a queue have ended, ever, those that were released or did not count left out. */
    long processed(String queue);

    /** How many of those have failed. */
    long failed(String queue);

    /** Like {@link #processed(String)}, on one day in UTC. */
    long processed(String queue, LocalDate day);

    /** Like {@link #failed(String)}, on one day in UTC. */
    long failed(String queue, LocalDate day);
}
