package io.asynq4j.task;

/** What queues can be called that there are already. {@link Options#queue(String)} has the rule for those to put tasks on. */
public final class QueueNames {
    private QueueNames() {}

    /**
     * {@code name}, to look at a queue or change what is in it. It can have braces, as Go's asynq allows them.
     *
     * @throws IllegalArgumentException when it is blank, too long, or no valid Unicode
     */
    public static String existing(String name) {
        return Names.existingQueue(name);
    }
}
