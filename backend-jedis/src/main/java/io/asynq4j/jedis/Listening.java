package io.asynq4j.jedis;

import io.asynq4j.time.Timekeeper;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A thread that reads a connection with subscriptions, and after that is lost another one, until it is closed. Safe for use
 * by many threads.
 */
final class Listening {
    private static final Logger log = LoggerFactory.getLogger(Listening.class);
    private static final long FIRST_DELAY_MILLIS = 20;
    private static final long LONGEST_DELAY_MILLIS = 2_000;

    private final Servers servers;
    private final Timekeeper time;
    private final Duration patience;
    private final Supplier<Set<String>> channels;
    private final BiConsumer<String, String> message;
    private final AtomicBoolean refused = new AtomicBoolean();

    private volatile @Nullable Ears ears;
    private volatile @Nullable Connection connection;
    private volatile CompletableFuture<Void> pause = CompletableFuture.completedFuture(null);
    private volatile boolean closed;
    private int failures; // of the thread

    /**
     * @param patience how long Redis may take to answer
     * @param channels what there is to be subscribed to
     * @param message gets channel and message
     */
    Listening(
            Servers servers,
            Timekeeper time,
            Duration patience,
            Supplier<Set<String>> channels,
            BiConsumer<String, String> message) {
        this.servers = servers;
        this.time = time;
        this.patience = patience;
        this.channels = channels;
        this.message = message;
    }

    void start() {
        var thread = new Thread(this::run, "asynq4j-jedis-listening");
        thread.setDaemon(true);
        thread.start();
    }

    /** Asks for one more channel, where there is a connection already. */
    void subscribe(String channel) {
        var open = ears;
        if (open != null) {
            open.ask(channel);
        }
    }

    void close() {
        closed = true;
        pause.complete(null);
        cut(connection);
    }

    private void run() {
        while (!closed) {
            try {
                listen();
            } catch (JedisDataException refusal) {
                if (refused.compareAndSet(false, true)) {
                    log.warn("Redis refuses to let us subscribe: {}", refusal.getMessage());
                }
            } catch (JedisException | IllegalStateException lost) {
                log.debug("subscriptions lost: {}", Reason.of(lost));
            } catch (Throwable foreign) { // such as what a credentials provider throws: nobody else would listen again
                log.warn("subscriptions lost, which are asked for again", foreign);
            }
            if (!closed) {
                servers.changed(null);
                hold();
            }
        }
    }

    private void listen() {
        var wanted = channels.get();
        if (wanted.isEmpty()) {
            return;
        }
        var taken = servers.line(Servers.ANY);
        var line = taken.connection();
        try {
            connection = line;
            if (closed) {
                return;
            }
            var made = new Ears(channels, message);
            ears = made;
            keepUp(made, line);
            made.proceed(line, wanted.toArray(String[]::new));
        } finally {
            var heard = ears;
            if (heard != null && heard.everHeard()) {
                failures = 0;
            }
            ears = null;
            connection = null;
            line.setBroken(); // it has subscriptions, and is of no use to anybody else
            taken.close();
        }
    }

    /** An idle connection does not show that the other end is gone, so it is asked now and then. */
    private void keepUp(Ears asked, Connection line) {
        asked.forget();
        asked.ask();
        time.after(patience, () -> {
            if (connection == line && !asked.heardSince()) {
                cut(line);
            } else if (connection == line) {
                time.after(patience.multipliedBy(2), () -> {
                    if (connection == line) {
                        keepUp(asked, line);
                    }
                });
            }
        });
    }

    private void hold() {
        long longest = Math.min(LONGEST_DELAY_MILLIS, FIRST_DELAY_MILLIS << Math.min(failures, 10));
        failures++;
        var waiting = new CompletableFuture<Void>();
        pause = waiting;
        var delay = Duration.ofMillis(ThreadLocalRandom.current().nextLong(longest) + 1);
        var timer = time.after(delay, () -> waiting.complete(null));
        try {
            if (!closed) {
                time.await(waiting);
            }
        } catch (InterruptedException nobodyDoes) {
            Thread.currentThread().interrupt();
            closed = true;
        } finally {
            timer.close();
        }
    }

    private static void cut(@Nullable Connection line) {
        if (line != null) {
            try {
                line.forceDisconnect();
            } catch (IOException | JedisException gone) {
                // it is closed all the more
            }
        }
    }
}
