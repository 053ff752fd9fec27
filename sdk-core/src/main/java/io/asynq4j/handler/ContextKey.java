package io.asynq4j.handler;

import java.util.Objects;

/**
 * Names a value that a server or a middleware hands to handlers, and its type. Two keys are two, whatever their names: keep
 * one in a constant where those who set the value and those who read it can see it.
 */
@SuppressWarnings("UnusedTypeParameter") // it is the type of the value, for those who set and read it
public final class ContextKey<T> {
    private final String name;

    private ContextKey(String name) {
        this.name = Objects.requireNonNull(name, "name");
    }

    /** A new key. */
    public static <T> ContextKey<T> of(String name) {
        return new ContextKey<>(name);
    }

    @Override
    public String toString() {
        return "ContextKey[" + name + "]";
    }
}
