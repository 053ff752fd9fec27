package io.asynq4j.testing.redis;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One server process, from its start to its end. It does not outlive this JVM: a hook ends it, and where the JVM is
 * killed, a shell does that waits for the pipe from here to break.
 */
final class RedisProcess {
    private static final int START_SECONDS = 20;
    private static final int LINES_KEPT = 20;
    private static final List<String> READY =
            List.of("Ready to accept connections", "ready to accept connections", "Sentinel ID is");
    private static final String GUARD = "read ended; kill -9 \"$1\"; rm -rf \"$2\"";

    private final Process process;
    private final @Nullable Process guard;
    private final Thread hook;

    /** What came of a start. */
    sealed interface Start {
        record Ready(RedisProcess process) implements Start {}

        record PortTaken() implements Start {}

        record Failed(String reason) implements Start {}
    }

    private RedisProcess(Process process, @Nullable Process guard) {
        this.process = process;
        this.guard = guard;
        this.hook = new Thread(this::kill, "asynq4j-redis-end");
    }

    /** Starts {@code command} and waits until it takes connections; {@code folder} goes when this JVM is killed. */
    static Start start(List<String> command, Path folder) throws IOException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var redis = new RedisProcess(process, guard(process, folder));
        Runtime.getRuntime().addShutdownHook(redis.hook);
        var started = new CompletableFuture<Start>();
        var reader = new Thread(() -> redis.readLog(started), "asynq4j-redis-log");
        reader.setDaemon(true);
        reader.start();
        Start start;
        try {
            start = started.get(START_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            start = new Start.Failed("did not take connections within " + START_SECONDS + " s");
        } catch (ExecutionException failed) {
            start = new Start.Failed(String.valueOf(failed.getCause()));
        } catch (InterruptedException interrupted) {
            redis.end();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while Redis was starting", interrupted);
        }
        if (!(start instanceof Start.Ready)) {
            redis.end();
        }
        return start;
    }

    long pid() {
        return process.pid();
    }

    /** Ends the process at once, as kill -9 does, and waits until it has gone. */
    void end() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException jvmIsEnding) {
            // the hook does the same
        }
        kill();
    }

    private void kill() {
        if (guard != null) {
            guard.destroyForcibly();
        }
        process.destroyForcibly();
        boolean interrupted = false;
        while (true) {
            try {
                process.waitFor();
                break;
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Reads the log to its end, since a full pipe would stop the server. */
    private void readLog(CompletableFuture<Start> started) {
        var lines = new ArrayList<String>();
        try (BufferedReader log = process.inputReader(StandardCharsets.UTF_8)) {
            for (var line = log.readLine(); line != null; line = log.readLine()) {
                if (READY.stream().anyMatch(line::contains)) {
                    started.complete(new Start.Ready(this));
                } else if (line.contains("Address already in use")) {
                    started.complete(new Start.PortTaken());
                }
                if (!started.isDone() && lines.size() < LINES_KEPT) {
                    lines.add(line);
                }
            }
        } catch (IOException | UncheckedIOException closed) {
            lines.add(String.valueOf(closed));
        }
        started.complete(new Start.Failed("it ended: " + String.join("; ", lines)));
    }

    private static @Nullable Process guard(Process redis, Path folder) {
        try {
            return new ProcessBuilder("sh", "-c", GUARD, "sh", Long.toString(redis.pid()), folder.toString())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException noShell) {
            return null; // the hook is left
        }
    }
}
