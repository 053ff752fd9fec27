package io.asynq4j.testing.redis;

import io.asynq4j.time.Handle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A real Redis of one's own, empty and without persistence, on a port of 127.0.0.1 that was free. Where the settings have a
 * {@code --tls-cert-file}, the port is for TLS.
 *
 * <p>What is tried, in this order, until something starts:
 *
 * <ol>
 *   <li>the address that the system property {@code asynq4j.redis.address} or the environment variable
 *       {@code ASYNQ4J_REDIS_ADDRESS} gives as {@code host:port}: a server that somebody else has started and that tests may
 *       empty, for calls of {@link #start} without settings; it cannot be stopped from here;
 *   <li>the executable that the system property {@code asynq4j.redis.server} or the environment variable
 *       {@code ASYNQ4J_REDIS_SERVER} names, which is then the only one;
 *   <li>{@code redis-server} or {@code valkey-server} on the PATH;
 *   <li>what a {@link TestServer.Provider} on the class path starts, such as a container by way of
 *       {@code asynq4j-testing-containers}; for one server, with settings that name no files;
 *   <li>the binary in the jar of {@code com.github.codemonstur:embedded-redis}, if that is on the class path.
 * </ol>
 *
 * <p>Safe for use by many threads. Whoever starts one closes it; it ends with the JVM at the latest.
 */
public final class RedisForTests implements AutoCloseable {
    private final Launch launch;
    private final TestServer server; // guarded by this, but for its port and socket

    private RedisForTests(Launch launch, TestServer server) {
        this.launch = launch;
        this.server = server;
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
        for (var source : Source.all(launch)) {
            try {
                return new RedisForTests(launch, source.finder().start());
            } catch (IOException reason) {
                reasons.add(source.name() + ": " + reason.getMessage());
            }
        }
        throw new RedisNotAvailableException("no Redis could be started: " + String.join("; ", reasons));
    }

    public String host() {
        return server.host();
    }

    public int port() {
        return server.port();
    }

    /** {@code redis://host:port}, or {@code rediss://host:port} where the settings have a certificate. */
    public String uri() {
        return (launch.isTls() ? "rediss://" : "redis://") + host() + ":" + port();
    }

    /**
     * The Unix socket at which the server takes connections too.
     *
     * @throws IllegalStateException when it has none that this process could use
     */
    public Path socket() {
        return server.socket().orElseThrow(() -> new IllegalStateException(this + " has no socket here"));
    }

    /**
     * The server's answer to one command, asked as the default user: text, a number, a list of answers, or null.
     *
     * @throws IllegalStateException when Redis refuses, or does not answer
     */
    public @Nullable Object ask(String... words) {
        try (var door = door()) {
            return door.ask(words);
        } catch (IOException unanswered) {
            throw new IllegalStateException("no answer from " + this, unanswered);
        }
    }

    /** Whether the server has been started and not been stopped since, frozen or not. */
    public synchronized boolean isRunning() {
        return server.isRunning();
    }

    /** The password of the default user. */
    Optional<String> login() {
        return Optional.ofNullable(launch.password());
    }

    /**
     * Ends the server as kill -9 does; without effect when it has ended. {@link #restart} starts it again.
     *
     * @throws IllegalStateException when somebody else has started it, as for {@link #restart} and {@link #freeze}
     */
    public synchronized void stop() {
        server.stop();
    }

    /**
     * Ends the server, if it runs, and starts it on the same port. What it had is gone, unless its settings say
     * {@code "--appendonly", "yes"}.
     *
     * @throws RedisNotAvailableException when it does not start again, or is closed
     */
    public synchronized void restart() {
        server.restart();
        Patience.until("an answer after a restart", () -> ask("PING") != null);
    }

    /**
     * Stops the server in its tracks, connections kept, until the handle is closed.
     *
     * @throws IllegalStateException when it does not run
     */
    public synchronized Handle freeze() {
        var frozen = server.freeze();
        return () -> {
            synchronized (this) {
                frozen.close();
            }
        };
    }

    /** Ends the server and deletes its files; one that somebody else has started goes on. Safe to call twice. */
    @Override
    public synchronized void close() {
        server.close();
    }

    @Override
    public String toString() {
        return "RedisForTests[" + server + " at " + uri() + "]";
    }

    /** A way in past TLS, where there is one. */
    private SideDoor door() throws IOException {
        var socket = server.socket();
        return socket.isPresent()
                ? SideDoor.open(socket.get(), launch.password())
                : SideDoor.open(host(), port(), launch.password());
    }
}
