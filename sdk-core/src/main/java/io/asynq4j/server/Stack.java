package io.asynq4j.server;

import org.jspecify.annotations.Nullable;

/** Where a thread is, for log lines. */
final class Stack {
    private Stack() {}

    /** The stack of {@code thread} in a form to append to a line; empty when there is no thread. */
    static String of(@Nullable Thread thread) {
        if (thread == null) {
            return "";
        }
        var text = new StringBuilder();
        for (var frame : thread.getStackTrace()) {
            text.append("\n\tat ").append(frame);
        }
        return text.toString();
    }
}
