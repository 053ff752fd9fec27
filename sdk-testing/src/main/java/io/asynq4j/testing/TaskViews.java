package io.asynq4j.testing;

import io.asynq4j.task.TaskState;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What tasks there are, by state and queue. Every answer is a copy of what was there at one moment, in the order of
 * {@link BrokerView#tasks}; several queues by their names.
 */
public interface TaskViews {
    /** The tasks in {@code state} of all queues. */
    List<TaskView> tasks(TaskState state);

    /** The tasks in {@code state} of one queue. */
    default List<TaskView> tasks(String queue, TaskState state) {
        return tasks(state).stream().filter(task -> task.queue().equals(queue)).toList();
    }

    default List<TaskView> pending() {
        return tasks(TaskState.PENDING);
    }

    default List<TaskView> pending(String queue) {
        return tasks(queue, TaskState.PENDING);
    }

    default List<TaskView> scheduled() {
        return tasks(TaskState.SCHEDULED);
    }

    default List<TaskView> scheduled(String queue) {
        return tasks(queue, TaskState.SCHEDULED);
    }

    /** Those that have failed and wait to be tried again. */
    default List<TaskView> retrying() {
        return tasks(TaskState.RETRY);
    }

    /** Like {@link #retrying()}, of one queue. */
    default List<TaskView> retrying(String queue) {
        return tasks(queue, TaskState.RETRY);
    }

    default List<TaskView> active() {
        return tasks(TaskState.ACTIVE);
    }

    default List<TaskView> active(String queue) {
        return tasks(queue, TaskState.ACTIVE);
    }

    default List<TaskView> archived() {
        return tasks(TaskState.ARCHIVED);
    }

    default List<TaskView> archived(String queue) {
        return tasks(queue, TaskState.ARCHIVED);
    }

    /** Those that have succeeded and are kept; without a retention a task that succeeds is gone. */
    default List<TaskView> completed() {
        return tasks(TaskState.COMPLETED);
    }

    /** Like {@link #completed()}, of one queue. */
    default List<TaskView> completed(String queue) {
        return tasks(queue, TaskState.COMPLETED);
    }

    default List<TaskView> aggregating() {
        return tasks(TaskState.AGGREGATING);
    }

    default List<TaskView> aggregating(String queue) {
        return tasks(queue, TaskState.AGGREGATING);
    }

    /** The tasks of one group. */
    default List<TaskView> aggregating(String queue, String group) {
        return aggregating(queue).stream()
                .filter(task -> group.equals(task.group()))
                .toList();
    }

    /** What {@code broker} holds in {@code state}. */
    static List<TaskView> of(BrokerView broker, TaskState state) {
        return new TreeSet<>(broker.queues())
                .stream()
                        .flatMap(queue -> broker.tasks(queue, state).stream())
                        .map(TaskView::of)
                        .toList();
    }

    /** Everything that {@code broker} holds, a line each, for messages. */
    static String describe(BrokerView broker) {
        var all = Stream.of(TaskState.values())
                .flatMap(state -> of(broker, state).stream())
                .toList();
        return all.isEmpty() ? "nothing" : lines(all);
    }

    /** A line for each of {@code tasks}; of very many the first ones. */
    static String lines(List<TaskView> tasks) {
        int most = 50;
        var lines = tasks.stream().limit(most).map(task -> "\n  " + task).collect(Collectors.joining());
        return tasks.size() <= most ? lines : lines + "\n  and " + (tasks.size() - most) + " more";
    }
}
