package io.asynq4j.cli;

import io.asynq4j.cli.output.SafeText;
import io.asynq4j.inspect.Progress;
import java.io.PrintWriter;
import java.util.function.Function;

/** How far a command has got, on one line of a terminal that is written again and again; nothing where there is none. */
final class ProgressLine implements Progress {
    private static final String ERASE = "\r\u001b[K";

    private final PrintWriter err;
    private final boolean shown;
    private final String doing;
    private boolean written;

    private ProgressLine(Surroundings around, String doing) {
        this.err = around.err();
        this.shown = around.terminal();
        this.doing = doing;
    }

    /** The answer of {@code action}, while which the line is shown. */
    static <T> T during(Surroundings around, String doing, Function<ProgressLine, T> action) {
        var line = new ProgressLine(around, SafeText.of(doing));
        try {
            return action.apply(line);
        } finally {
            line.erase();
        }
    }

    @Override
    public synchronized void reached(long done, long total) {
        tell(done + " of " + total + (total > 0 ? " (" + Math.min(100, 100 * done / total) + "%)" : ""));
    }

    /** Replaces the line. */
    synchronized void tell(String state) {
        if (shown) {
            err.print(ERASE + doing + ": " + state);
            err.flush();
            written = true;
        }
    }

    private synchronized void erase() {
        if (written) {
            err.print(ERASE);
            err.flush();
        }
    }
}
