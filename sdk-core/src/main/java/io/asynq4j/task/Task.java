package io.asynq4j.task;

import java.util.Map;
import java.util.Objects;

/**
 * Something to be done: a type, a payload and headers, with options of its own that a call may override.
 *
 * @param type names the handler; never blank
 * @param payload opaque bytes, read by the handler's codec
 * @param headers what travels beside the payload, such as a trace; merged into the options' headers
 * @param options this task's own options, overridden one by one by those of the call
 */
public record Task(String type, Payload payload, Map<String, String> headers, Options options) {
    /** Copies. Checks nothing but nulls, since handlers get tasks of others too; {@link #resolve} does, before one is stored. */
    public Task {
        Objects.requireNonNull(type, "task type");
        Objects.requireNonNull(payload, "payload");
        headers = Headers.copyOf(headers);
        Objects.requireNonNull(options, "options");
    }

    /** A task without payload. */
    public static Task of(String type) {
        return of(type, Payload.none());
    }

    /**
     * A task with a payload and no options of its own.
     *
     * @throws IllegalArgumentException when the type is blank, too long, or no valid Unicode
     */
    public static Task of(String type, Payload payload) {
        return new Task(Names.taskType(type), payload, Map.of(), Options.defaults());
    }

    /** This task with {@code options} laid over its own. */
    public Task with(Options options) {
        return new Task(type, payload, headers, this.options.merge(options));
    }

    /**
     * All that is set for this task when it is enqueued with {@code call}: headers, own options, and the call's over both.
     *
     * @throws IllegalArgumentException when the type or a header breaks the rules for what we store
     */
    public Options resolve(Options call) {
        Names.taskType(type);
        var all = options.merge(call);
        return headers.isEmpty() ? all : Options.defaults().headers(headers).merge(all);
    }
}
