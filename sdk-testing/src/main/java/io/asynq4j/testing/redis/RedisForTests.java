package io.asynq4j.testing.redis;

import io.asynq4j.time.Handle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A real Redis of one's own, empty and without persistence, on a port of 127.0.0.1 that was free.
 *
 * <p>The server is the one that the system property {@code asynq4j.redis.server} or the environment variable
 * {@code ASYNQ4J_REDIS_SERVER} names, else {@code redis-server} or {@code valkey-server} on the PATH, else the binary in
 * the jar of {@code com.github.codemonstur:embedded-redis}, if that is on the class path.
 *
 * <p>Safe for use by many threads. Whoever starts one closes it; it ends with the JVM at the latest.
 */
public final class RedisForTests implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final int PORTS_TRIED = 50;

    // Below the ports that systems hand out to clients, so that those are not in the way.
    private static final int FIRST_PORT = 20_000;
    private static final int PORTS = 10_000;

    /** Nobody else may fork while a server's file is being written: it could not be run then ("text file busy"). */
    private static final Object STARTING = new Object();

    private static final Random RANDOM = new Random();

    private final Path folder;
    private final Path executable;
    private final List<String> settings;
    private final int port;

    private @Nullable RedisProcess process; // guarded by this

    private RedisForTests(Path folder, Path executable, List<String> settings, int port, RedisProcess process) {
        this.folder = folder;
        this.executable = executable;
        this.settings = settings;
        this.port = port;
        this.process = process;
    }

    /**
     * Starts a server and waits until it takes connections.
     *
     * @param settings more arguments for the server, such as {@code "--requirepass", "secret"}
     * @throws RedisNotAvailableException when none can be started on this machine
     */
    public static RedisForTests start(String... settings) {
        var reasons = new ArrayList<String>();
        for (var candidate : Executable.candidates()) {
            try {
                return start(candidate, List.of(settings));
            } catch (IOException reason) {
                reasons.add(candidate.name() + ": " + reason.getMessage());
            }
        }
        throw new RedisNotAvailableException("no Redis could be started: " + String.join("; ", reasons));
    }

    public String host() {
        return HOST;
    }

    public int port() {
        return port;
    }

    /** {@code redis://host:port}. */
    public String uri() {
        return "redis://" + HOST + ":" + port;
    }

    /** Ends the server as kill -9 does; without effect when it has ended. {@link #restart} starts it again. */
    public synchronized void stop() {
        if (process != null) {
            process.end();
            process = null;
        }
    }

    /**
     * Ends the server, if it runs, and starts it on the same port. What it had is gone, unless its settings say
     * {@code "--appendonly", "yes"}.
     *
     * @throws RedisNotAvailableException when it does not start again, or is closed
     */
    public synchronized void restart() {
        stop();
        try {
            var start = RedisProcess.start(command(executable, folder, port, settings), folder);
            if (!(start instanceof RedisProcess.Start.Ready ready)) {
                throw new RedisNotAvailableException("Redis did not start again on port " + port + ": " + start);
            }
            process = ready.process();
        } catch (IOException failed) {
            throw new RedisNotAvailableException("Redis did not start again on port " + port + ": " + failed);
        }
    }

    /**
     * Stops the server in its tracks, connections kept, until the handle is closed.
     *
     * @throws IllegalStateException when it does not run
     */
    public synchronized Handle freeze() {
        if (process == null) {
            throw new IllegalStateException("there is no Redis to freeze");
        }
        var pid = process.pid();
        signal("-STOP", pid);
        return () -> thaw(pid);
    }

    /** Ends the server and deletes its files. Safe to call twice. */
    @Override
    public synchronized void close() {
        stop();
        delete(folder);
    }

    @Override
    public String toString() {
        return "RedisForTests[" + executable.getFileName() + " at " + uri() + "]";
    }

    private synchronized void thaw(long pid) {
        if (process != null && process.pid() == pid) {
            signal("-CONT", pid);
        }
    }

    private static RedisForTests start(Executable candidate, List<String> settings) throws IOException {
        var folder = Files.createTempDirectory("asynq4j-redis-");
        try {
            synchronized (STARTING) {
                var executable = candidate.finder().find(folder);
                for (int tries = 0; tries < PORTS_TRIED; tries++) {
                    int port = FIRST_PORT + RANDOM.nextInt(PORTS);
                    var start = RedisProcess.start(command(executable, folder, port, settings), folder);
                    if (start instanceof RedisProcess.Start.Ready ready) {
                        return new RedisForTests(folder, executable, settings, port, ready.process());
                    }
                    if (start instanceof RedisProcess.Start.Failed failed) {
                        throw new IOException(failed.reason());
                    }
                }
            }
            throw new IOException("none of " + PORTS_TRIED + " ports was free");
        } catch (IOException | RuntimeException failed) {
            delete(folder);
            throw failed;
        }
    }

    private static List<String> command(Path executable, Path folder, int port, List<String> settings) {
        var command = new ArrayList<>(List.of(executable.toString(), "--port", Integer.toString(port)));
        command.addAll(List.of("--bind", HOST, "--save", "", "--appendonly", "no", "--dir", folder.toString()));
        command.addAll(settings); // later, so that they win
        return command;
    }

    private static void signal(String signal, long pid) {
        try {
            var kill = new ProcessBuilder("kill", signal, Long.toString(pid)).start();
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("kill " + signal + " was refused");
            }
        } catch (IOException noSignals) {
            throw new UncheckedIOException("no kill command on this machine", noSignals);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while signalling Redis", interrupted);
        }
    }

    private static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(java.io.File::delete);
        } catch (IOException left) {
            // the system cleans its folder for temporary files
        }
    }
}
