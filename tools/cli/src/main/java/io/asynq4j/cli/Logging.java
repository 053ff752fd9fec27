package io.asynq4j.cli;

import java.io.PrintWriter;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** The log of the library, which is silent unless somebody asks for it: results and screens are for results. */
final class Logging {
    private Logging() {}

    static void set(boolean verbose, PrintWriter to) {
        LogManager.getLogManager().reset();
        var root = Logger.getLogger("");
        root.setLevel(verbose ? Level.INFO : Level.OFF);
        if (verbose) {
            root.addHandler(new SafeLog(to));
        }
    }
}
