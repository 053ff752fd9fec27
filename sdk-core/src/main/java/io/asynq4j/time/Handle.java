package io.asynq4j.time;

/** Something that can be undone: a timer, a watch, a subscription. Closing twice is closing once. */
@FunctionalInterface
public interface Handle extends AutoCloseable {
    /** Undoes what this handle stands for. Does not wait for an action that is already running. */
    @Override
    void close();
}
