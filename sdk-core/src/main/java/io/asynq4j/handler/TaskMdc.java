package io.asynq4j.handler;

import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Which task a log line is about: what servers put into SLF4J's MDC while they work on a task, and take back afterwards. A
 * handler's own thread has it from the start; other threads it uses get it by {@link #run}.
 */
public final class TaskMdc {
    /** The key of the task's id. */
    public static final String ID = "task.id";

    /** The key of the name of the task's type. */
    public static final String TYPE = "task.type";

    /** The key of the task's queue. */
    public static final String QUEUE = "task.queue";

    /** The key of the attempt's number: 1 for the first. */
    public static final String ATTEMPT = "task.attempt";

    private TaskMdc() {}

    /** Runs {@code action} on this thread with the task in its MDC, and puts back what was there before, whatever it throws. */
    public static void run(TaskContext task, Runnable action) {
        var id = replace(ID, task.taskId());
        var type = replace(TYPE, task.type());
        var queue = replace(QUEUE, task.queue());
        var attempt = replace(ATTEMPT, Integer.toString(task.retried() + 1));
        try {
            action.run();
        } finally {
            restore(ID, id);
            restore(TYPE, type);
            restore(QUEUE, queue);
            restore(ATTEMPT, attempt);
        }
    }

    private static @Nullable String replace(String key, String value) {
        var before = MDC.get(key);
        MDC.put(key, value);
        return before;
    }

    private static void restore(String key, @Nullable String before) {
        if (before == null) {
            MDC.remove(key);
        } else {
            MDC.put(key, before);
        }
    }
}
