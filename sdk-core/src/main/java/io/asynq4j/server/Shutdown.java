package io.asynq4j.server;

import io.asynq4j.time.Handle;
import java.util.List;

/** Listens for the wish to stop, from the operating system, on behalf of a server that runs in the foreground. */
final class Shutdown implements Handle {
    private final Signals.Registered stop;
    private final Signals.Registered quiet;
    private final Handle hook;

    private Shutdown(Signals.Registered stop, Signals.Registered quiet, Handle hook) {
        this.stop = stop;
        this.quiet = quiet;
        this.hook = hook;
    }

    /** Calls {@code stop} when the program is told to end, and makes {@code server} quiet when it is told to pause. */
    static Shutdown listen(TaskServer server, Runnable stop) {
        var stopping = Signals.on(List.of("TERM", "INT"), stop);
        var pausing = Signals.on(List.of("TSTP"), server::quiet);
        var hook = stopping.names().isEmpty() ? atExit(server) : (Handle) () -> {};
        return new Shutdown(stopping, pausing, hook);
    }

    /** What to tell people. */
    String hint() {
        return stop.names().contains("INT") ? "SIGTERM or Ctrl-C" : "the program ends";
    }

    @Override
    public void close() {
        stop.handle().close();
        quiet.handle().close();
        hook.close();
    }

    private static Handle atExit(TaskServer server) {
        var hook = new Thread(server::close, "asynq4j-shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
        return () -> {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException ending) {
                // the hook is running: that is why we are here
            }
        };
    }
}
