package io.asynq4j.cli;

import io.asynq4j.cli.output.SafeText;
import java.io.PrintWriter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;

/** Writes a log in which names and errors from Redis do nothing to a terminal. */
final class SafeLog extends Handler {
    private final PrintWriter to;

    SafeLog(PrintWriter to) {
        this.to = to;
        setFormatter(new OneLine());
    }

    @Override
    public void publish(LogRecord record) {
        if (isLoggable(record)) {
            to.println(SafeText.lines(getFormatter().format(record)));
            to.flush();
        }
    }

    @Override
    public void flush() {
        to.flush();
    }

    /** Leaves open what it writes to. */
    @Override
    public void close() {
        flush();
    }

    /** With messages on one line, so that none can pass for the next record. */
    private static final class OneLine extends SimpleFormatter {
        @Override
        public String formatMessage(LogRecord record) {
            return SafeText.of(super.formatMessage(record));
        }
    }
}
