package io.asynq4j.task;

import java.util.Map;
import java.util.Objects;

/**
 * A name for tasks together with how their payload is written. Declare one constant per type, and use it for enqueueing
 * and for handling.
 *
 * <p>Immutable and safe for use by many threads, as far as its codec is.
 */
public final class TaskType<T> {
    private final String name;
    private final Codec<T> codec;
    private final Options defaults;

    private TaskType(String name, Codec<T> codec, Options defaults) {
        this.name = Names.taskType(name);
        this.codec = Objects.requireNonNull(codec, "codec");
        this.defaults = Objects.requireNonNull(defaults, "defaults");
    }

    /**
     * A type named {@code name}, such as {@code "email:welcome"}.
     *
     * @throws IllegalArgumentException when the name is blank
     */
    public static <T> TaskType<T> of(String name, Codec<T> codec) {
        return new TaskType<>(name, codec, Options.defaults());
    }

    /** The same type, whose tasks start from {@code defaults} laid over those it has. */
    public TaskType<T> withDefaults(Options defaults) {
        return new TaskType<>(name, codec, this.defaults.merge(defaults));
    }

    /**
     * A task of this type that carries {@code value}.
     *
     * @throws PayloadException when the codec cannot write the value
     */
    public Task task(T value) {
        return new Task(name, Payload.wrap(encode(value)), Map.of(), defaults);
    }

    /**
     * Reads the value back.
     *
     * @throws PayloadException when the codec cannot read the payload
     */
    public T decode(Payload payload) {
        try {
            return codec.decode(payload.unsafeBytes());
        } catch (RuntimeException unreadable) {
            throw new PayloadException(name, "cannot read the payload: " + unreadable.getMessage(), unreadable);
        }
    }

    public String name() {
        return name;
    }

    /** What tasks of this type start from. */
    public Options defaults() {
        return defaults;
    }

    @Override
    public String toString() {
        return "TaskType[" + name + "]";
    }

    private byte[] encode(T value) {
        try {
            return codec.encode(value);
        } catch (RuntimeException unwritable) {
            throw new PayloadException(name, "cannot write the payload: " + unwritable.getMessage(), unwritable);
        }
    }
}
