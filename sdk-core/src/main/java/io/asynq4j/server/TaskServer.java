package io.asynq4j.server;

import io.asynq4j.handler.AsyncHandler;
import io.asynq4j.spi.Broker;
import io.asynq4j.spi.ServerInfo;
import io.asynq4j.task.Task;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works off the tasks of some queues.
 *
 * <p>Safe for use by many threads. A server is started once and closed once; closing waits for its handlers, at most for
 * the shutdown timeout and the grace, and some seconds for the broker. The broker stays open, for whoever opened it to close.
 */
public final class TaskServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TaskServer.class);

    private final Broker broker;
    private final Settings settings;
    private final Resources resources;
    private final String serverId = UUID.randomUUID().toString();
    private final CompletableFuture<Void> closing = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    private final Object lock = new Object(); // guards changes of the fields below
    private volatile ServerState state = ServerState.NEW;
    private volatile @Nullable Engine engine;

    TaskServer(Broker broker, Settings settings, Resources resources) {
        this.broker = broker;
        this.settings = settings;
        this.resources = resources;
    }

    /** Starts describing a server of {@code broker}'s tasks. */
    public static TaskServerBuilder builder(Broker broker) {
        return new TaskServerBuilder(Objects.requireNonNull(broker, "broker"));
    }

    /** What this server is doing. */
    public ServerState state() {
        return state;
    }

    /**
     * Starts fetching and working, on threads of its own, and returns. Whether the broker can be reached is not asked: a
     * server that finds none keeps trying.
     *
     * @throws IllegalStateException when this server was started or closed before
     */
    public void start(AsyncHandler<Task> handler) {
        Objects.requireNonNull(handler, "handler");
        synchronized (lock) {
            if (state != ServerState.NEW) {
                throw new IllegalStateException("a server is started once, and this one is " + state);
            }
            var started = resources.instant();
            var host = Host.name();
            var made = new Engine(
                    broker,
                    handler,
                    settings,
                    resources.open(),
                    serverId.substring(0, 8) + "-",
                    () -> info(host, started));
            engine = made;
            state = ServerState.RUNNING;
            made.start();
        }
        log.info("working on queues {} with concurrency {}", settings.queues(), settings.concurrency());
    }

    /**
     * Starts, and returns after the server was closed: by the signals TERM and INT, or by another thread. TSTP makes it
     * {@link #quiet}. Where signals cannot be listened to, the end of the Java machine closes it.
     *
     * @throws IllegalStateException when this server was started or closed before
     */
    public void run(AsyncHandler<Task> handler) {
        start(handler);
        try (var listening = Shutdown.listen(this, () -> closing.complete(null))) {
            log.info("running until {}", listening.hint());
            resources.time().await(closing);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            close();
        }
    }

    /** Fetches nothing more, and works off what it has. Does nothing unless the server is running. */
    public void quiet() {
        Engine running;
        synchronized (lock) {
            running = engine;
            if (running == null || state != ServerState.RUNNING) {
                return;
            }
            state = ServerState.QUIET;
        }
        log.info("stopped fetching");
        running.stopFetching();
    }

    /**
     * Fetches nothing more, waits for the handlers, cancels those that take longer than the shutdown timeout, gives back
     * their tasks when they end within the grace, and leaves. A handler that does not end keeps its task until its lease has
     * lapsed. Safe to call twice; later calls wait for the first. An interrupted thread stops waiting.
     */
    @Override
    public void close() {
        Engine running;
        synchronized (lock) {
            running = engine;
            if (state == ServerState.DRAINING || state == ServerState.CLOSED) {
                running = null;
            } else {
                state = running == null ? ServerState.CLOSED : ServerState.DRAINING;
                if (running == null) {
                    closed.complete(null);
                }
            }
        }
        closing.complete(null);
        if (running == null) {
            awaitClosed();
            return;
        }
        log.info("closing: waiting for {} handlers", running.busySlots());
        try {
            running.drain();
        } finally {
            state = ServerState.CLOSED;
            resources.close();
            closed.complete(null);
            log.info("closed");
        }
    }

    /**
     * Asks the broker for a sign of life. A server that is closed, or closing, asks nothing, as in asynq.
     *
     * @throws io.asynq4j.task.BrokerUnavailableException when there is none
     */
    public void ping() {
        if (state != ServerState.DRAINING && state != ServerState.CLOSED) {
            broker.ping();
        }
    }

    /** How this server fares, told from what it has seen: asks nothing of the broker, and does not block. */
    public ServerHealth health() {
        var running = engine;
        return running == null || state == ServerState.CLOSED
                ? new ServerHealth(true, false, List.of("the server is " + state), Map.of())
                : running.health(state == ServerState.RUNNING);
    }

    private void awaitClosed() {
        try {
            resources.time().await(closed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private ServerInfo info(String host, Instant started) {
        var running = engine;
        return new ServerInfo(
                host,
                (int) ProcessHandle.current().pid(),
                serverId,
                settings.concurrency(),
                settings.queues(),
                settings.strictPriority(),
                state.status(),
                started,
                running == null ? 0 : running.busySlots());
    }
}
