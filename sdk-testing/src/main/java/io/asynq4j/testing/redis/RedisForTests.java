package io.asynq4j.testing.redis;

import io.asynq4j.time.Handle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A real Redis of one's own, empty and without persistence, on a port of 127.0.0.1 that was free. Where the settings have a
 * {@code --tls-cert-file}, the port is for TLS.
 *
 * <p>The server is the one that the system property {@code asynq4j.redis.server} or the environment variable
 * {@code ASYNQ4J_REDIS_SERVER} names, else {@code redis-server} or {@code valkey-server} on the PATH, else the binary in
 * the jar of {@code com.github.codemonstur:embedded-redis}, if that is on the class path.
 *
 * <p>Safe for use by many threads. Whoever starts one closes it; it ends with the JVM at the latest.
 */
public final class RedisForTests implements AutoCloseable {
    private static final int PORTS_TRIED = 50;

    /** Nobody else may fork while a server's file is being written: it could not be run then ("text file busy"). */
    private static final Object STARTING = new Object();

    private static final Random RANDOM = new Random();

    private final Path folder;
    private final Path executable;
    private final Launch launch;
    private final int port;

    private @Nullable RedisProcess process; // guarded by this

    private RedisForTests(Path folder, Path executable, Launch launch, int port, RedisProcess process) {
        this.folder = folder;
        this.executable = executable;
        this.launch = launch;
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
        return start(new Launch(Launch.Kind.SERVER, List.of(settings)));
    }

    /**
     * Starts a cluster of three primaries, and waits until it serves.
     *
     * @param replicas how many each primary has
     * @param settings more arguments for each server, as for {@link #start}
     * @throws RedisNotAvailableException when that is not possible on this machine
     */
    public static RedisClusterForTests cluster(int replicas, String... settings) {
        return RedisClusterForTests.start(replicas, List.of(settings));
    }

    /**
     * Starts a primary with one replica and three sentinels that watch them, and waits until a failover would work.
     *
     * @param settings more arguments for both servers and the sentinels, as for {@link #start}
     * @throws RedisNotAvailableException when that is not possible on this machine
     */
    public static RedisSentinelForTests sentinel(String... settings) {
        return RedisSentinelForTests.start(List.of(settings), List.of(settings));
    }

    /** Like {@link #sentinel(String...)}, with other arguments for the sentinels than for the servers. */
    public static RedisSentinelForTests sentinel(List<String> settings, List<String> sentinelSettings) {
        return RedisSentinelForTests.start(settings, sentinelSettings);
    }

    static RedisForTests start(Launch launch) {
        var reasons = new ArrayList<String>();
        for (var candidate : Executable.candidates()) {
            try {
                return start(candidate, launch);
            } catch (IOException reason) {
                reasons.add(candidate.name() + ": " + reason.getMessage());
            }
        }
        throw new RedisNotAvailableException("no Redis could be started: " + String.join("; ", reasons));
    }

    public String host() {
        return Launch.HOST;
    }

    public int port() {
        return port;
    }

    /** {@code redis://host:port}, or {@code rediss://host:port} where the settings have a certificate. */
    public String uri() {
        return (launch.isTls() ? "rediss://" : "redis://") + Launch.HOST + ":" + port;
    }

    /** The Unix socket at which the server takes connections too. */
    public Path socket() {
        return Launch.socket(folder);
    }

    /**
     * The server's answer to one command, asked as the default user: text, a number, a list of answers, or null.
     *
     * @throws IllegalStateException when Redis refuses, or does not answer
     */
    public @Nullable Object ask(String... words) {
        try (var door = SideDoor.open(socket(), launch.password())) {
            return door.ask(words);
        } catch (IOException unanswered) {
            throw new IllegalStateException("no answer from " + this, unanswered);
        }
    }

    /** Whether the server has been started and not been stopped since, frozen or not. */
    public synchronized boolean isRunning() {
        return process != null;
    }

    /** The password of the default user. */
    Optional<String> login() {
        return Optional.ofNullable(launch.password());
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
            var start = RedisProcess.start(launch.command(executable, folder, port), folder);
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

    private static RedisForTests start(Executable candidate, Launch launch) throws IOException {
        var folder = Files.createTempDirectory("asynq4j-redis-");
        try {
            synchronized (STARTING) {
                var executable = candidate.finder().find(folder);
                for (int tries = 0; tries < PORTS_TRIED; tries++) {
                    int port = launch.port(RANDOM.nextInt());
                    var start = RedisProcess.start(launch.command(executable, folder, port), folder);
                    if (start instanceof RedisProcess.Start.Ready ready) {
                        return new RedisForTests(folder, executable, launch, port, ready.process());
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
