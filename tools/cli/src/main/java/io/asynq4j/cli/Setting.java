package io.asynq4j.cli;

/** A value, and who said it. */
record Setting(String value, Source by) {
    /** Who says things, in the order of whom to believe. */
    enum Source {
        COMMAND_LINE,
        ENVIRONMENT,
        FILE,
        NOBODY
    }

    static Setting typed(String value) {
        return new Setting(value, Source.COMMAND_LINE);
    }

    /** Whether {@code other} is not to be believed more. */
    boolean holdsAgainst(Source other) {
        return by.compareTo(other) <= 0;
    }
}
