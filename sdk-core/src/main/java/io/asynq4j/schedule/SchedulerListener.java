package io.asynq4j.schedule;

import io.asynq4j.task.Options;
import io.asynq4j.task.Task;
import io.asynq4j.task.TaskException;
import io.asynq4j.task.TaskInfo;

/**
 * Is told what a scheduler does, on the scheduler's thread: what is slow here makes periodic tasks late. What is thrown is
 * logged and has no effect.
 */
public interface SchedulerListener {
    /** {@code task} is about to be enqueued; it will not be if another scheduler has done so already. */
    default void enqueueing(Task task, Options options) {}

    /** A task was enqueued, by this scheduler. */
    default void enqueued(TaskInfo task) {}

    /** {@code task} was refused. A broker that does not answer is none of this: the scheduler asks again. */
    default void refused(Task task, Options options, TaskException why) {}
}
