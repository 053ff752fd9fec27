package io.asynq4j.cli;

/** Ends a command with a message and an exit code. */
final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int exit;

    CommandException(int exit, String message) {
        super(message);
        this.exit = exit;
    }

    static CommandException usage(String message) {
        return new CommandException(Exit.USAGE, message);
    }

    int exit() {
        return exit;
    }
}
