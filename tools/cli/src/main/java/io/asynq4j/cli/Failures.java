package io.asynq4j.cli;

import io.asynq4j.cli.output.SafeText;
import io.asynq4j.task.BrokerUnavailableException;
import io.asynq4j.task.DuplicateTaskException;
import io.asynq4j.task.QueueNotEmptyException;
import io.asynq4j.task.QueueNotFoundException;
import io.asynq4j.task.TaskIdConflictException;
import io.asynq4j.task.TaskNotFoundException;
import io.asynq4j.task.TaskStateException;
import java.io.PrintWriter;
import java.io.StringWriter;

/** What a failure means for whoever ran a command. */
final class Failures {
    private Failures() {}

    /** Writes the message of {@code failure}, and answers its exit code. A bug comes with its stack. */
    static int told(Throwable failure, PrintWriter err) {
        int exit = exit(failure);
        if (exit == Exit.FAILED && !(failure instanceof CommandException)) {
            var stack = new StringWriter();
            failure.printStackTrace(new PrintWriter(stack));
            err.println(SafeText.lines(stack.toString()));
        } else {
            err.println("asynq4j: " + message(failure));
        }
        err.flush();
        return exit;
    }

    /** The message of {@code failure}, safe to show. */
    static String message(Throwable failure) {
        return SafeText.of(failure.getMessage() == null ? failure.toString() : failure.getMessage());
    }

    static int exit(Throwable failure) {
        if (failure instanceof CommandException ended) {
            return ended.exit();
        }
        if (failure instanceof BrokerUnavailableException) {
            return Exit.UNREACHABLE;
        }
        if (failure instanceof QueueNotFoundException || failure instanceof TaskNotFoundException) {
            return Exit.NOT_FOUND;
        }
        if (failure instanceof TaskStateException
                || failure instanceof QueueNotEmptyException
                || failure instanceof TaskIdConflictException
                || failure instanceof DuplicateTaskException) {
            return Exit.CONFLICT;
        }
        return failure instanceof IllegalArgumentException ? Exit.USAGE : Exit.FAILED;
    }
}
