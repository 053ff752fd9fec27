package io.asynq4j.server;

import io.asynq4j.handler.CancelReason;
import io.asynq4j.handler.TaskCancelledException;

/** The text of a failure, as the task's record and people get it; in asynq's words where it has some. */
final class ErrorText {
    /** What asynq stores for a task whose worker is gone. */
    static final String LEASE_EXPIRED = CancelReason.LEASE_LOST.text();

    private ErrorText() {}

    static String of(Throwable failure) {
        if (failure instanceof Error error) {
            return panic(error);
        }
        if (failure instanceof TaskCancelledException cancelled) {
            return cancelled.reason().text();
        }
        return message(failure);
    }

    /** The form in which asynq tells a Go panic, its closest relative: the place it came from, and its text. */
    private static String panic(Error error) {
        var stack = error.getStackTrace();
        var place = stack.length == 0 ? "unknown:0" : stack[0].getFileName() + ":" + stack[0].getLineNumber();
        return "panic error cause by: panic [" + place + "]: " + message(error);
    }

    private static String message(Throwable failure) {
        var message = failure.getMessage();
        return message == null || message.isBlank() ? failure.getClass().getName() : message;
    }
}
