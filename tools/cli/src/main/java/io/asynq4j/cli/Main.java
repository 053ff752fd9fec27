package io.asynq4j.cli;

import io.asynq4j.time.SystemTime;

/** Where the program starts, and the only place where it ends. */
public final class Main {
    private Main() {}

    /** Runs the command that {@code args} name; see {@code asynq4j --help}. */
    public static void main(String[] args) {
        int exit;
        try (var time = SystemTime.open()) {
            exit = Asynq4j.run(Surroundings.system(time), args);
        }
        System.exit(exit);
    }
}
