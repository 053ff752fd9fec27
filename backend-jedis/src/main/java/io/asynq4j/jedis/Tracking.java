package io.asynq4j.jedis;

import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.Reply;
import io.asynq4j.redis.port.TrackedReads;
import io.asynq4j.redis.port.Watcher;
import io.asynq4j.time.Timekeeper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * One server that tells of keys that were read: one connection for reading, and one on which it tells, with a thread that
 * listens. When either is lost, both are. Safe for use by many threads.
 *
 * <p>Jedis would see what is told over the first one only while it waits for a reply there.
 */
final class Tracking {
    private static final String CHANNEL = "__redis__:invalidate";
    private static final long CERTAIN_NANOS = Duration.ofSeconds(20).toNanos();

    private final Servers.Line ears;
    private final Servers.Line mouth;
    private final Watcher watcher;
    private final Runnable lost;
    private final KnownScripts scripts;
    private final Timekeeper time;
    private final int timeoutMillis;

    private final BlockingQueue<Connection> free = new ArrayBlockingQueue<>(1);
    /** Ends with what went wrong, if something has. */
    private final CompletableFuture<Optional<JedisException>> listening = new CompletableFuture<>();

    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile long heardNanos;
    private volatile long askedNanos;

    /**
     * @param lines two to the same server, closed by us
     * @param lost run once, when it is of no use any more
     * @param timeoutMillis how long the server may take to answer
     */
    Tracking(
            List<Servers.Line> lines,
            Watcher watcher,
            Runnable lost,
            KnownScripts scripts,
            Timekeeper time,
            int timeoutMillis) {
        this.ears = lines.get(0);
        this.mouth = lines.get(1);
        this.watcher = watcher;
        this.lost = lost;
        this.scripts = scripts;
        this.time = time;
        this.timeoutMillis = timeoutMillis;
        heardNanos = askedNanos = time.nanoTime();
    }

    /**
     * Waits until the server tells.
     *
     * @throws redis.clients.jedis.exceptions.JedisDataException when it refuses to
     * @throws JedisException when it does not answer
     */
    void start() throws InterruptedException {
        var id = ears.connection().executeCommand(Commands.of("CLIENT", "ID"));
        mouth.connection()
                .executeCommand(Commands.of("CLIENT", "TRACKING", "ON", "REDIRECT", String.valueOf(id), "OPTIN"));
        ears.connection().setTimeoutInfinite();
        ears.connection().sendCommand(Commands.of("SUBSCRIBE", CHANNEL));
        ears.connection().getMany(0);
        var thread = new Thread(this::listen, "asynq4j-jedis-watching");
        thread.setDaemon(true);
        thread.start();
        var late = new JedisConnectionException("no answer in time");
        var timer = time.after(Duration.ofMillis(timeoutMillis), () -> listening.complete(Optional.of(late)));
        time.await(listening);
        timer.close();
        listening.join().ifPresent(failed -> {
            throw failed;
        });
        free.add(mouth.connection());
    }

    /** The replies to {@code calls}, of which each is remembered. */
    List<Reply> read(List<Call> calls) throws InterruptedException {
        keepUp();
        var connection = free.poll(timeoutMillis, TimeUnit.MILLISECONDS);
        if (connection == null || closed.get()) {
            return Collections.nCopies(calls.size(), Replies.unanswered("not watching: connection lost", null));
        }
        var sent = TrackedReads.of(calls);
        var replies = new Reply[sent.size()];
        try (var exchange = new Exchange(new Servers.Line(mouth.server(), connection, this::giveBack), timeoutMillis)) {
            for (int i = 0; i < sent.size(); i++) {
                var script = sent.get(i).script();
                boolean whole = script != null && scripts.isNew(mouth.server(), script);
                exchange.send(i, Commands.of(sent.get(i), whole), false);
            }
            exchange.flush();
            exchange.receive((number, reply) -> replies[number] = reply);
        }
        return TrackedReads.answers(calls, Arrays.asList(replies), scripts::forget);
    }

    void close() {
        if (closed.compareAndSet(false, true)) {
            listening.complete(Optional.of(new JedisConnectionException("closed")));
            end(ears);
            end(mouth);
            lost.run();
        }
    }

    private void giveBack(Connection connection) {
        if (connection.isBroken()) {
            close();
        } else {
            free.add(connection);
        }
    }

    /** A connection that only listens does not show that the other end is gone, so it is asked now and then. */
    private void keepUp() {
        long now = time.nanoTime();
        if (now - heardNanos < CERTAIN_NANOS) {
            return;
        }
        if (heardNanos < askedNanos && now - askedNanos > TimeUnit.MILLISECONDS.toNanos(timeoutMillis)) {
            close();
        } else if (heardNanos >= askedNanos) {
            askedNanos = now;
            try {
                ears.connection().sendCommand(Commands.of("PING"));
                ears.connection().getMany(0);
            } catch (JedisException gone) {
                close();
            }
        }
    }

    private void listen() {
        try {
            while (!closed.get()) {
                var told = ears.connection().getUnflushedObject();
                heardNanos = time.nanoTime();
                if (told instanceof List<?> message) {
                    hear(message);
                }
            }
        } catch (JedisException refused) {
            listening.complete(Optional.of(refused));
        } finally {
            close();
        }
    }

    private void hear(List<?> message) {
        switch (text(message.get(0))) {
            case "subscribe" -> listening.complete(Optional.empty());
            case "message" -> {
                if (message.get(2) instanceof List<?> keys) {
                    keys.forEach(key -> watcher.changed(text(key)));
                } else {
                    watcher.reset(); // FLUSHALL and FLUSHDB
                }
            }
            default -> {} // an answer to PING
        }
    }

    private static void end(Servers.Line line) {
        line.connection().setBroken();
        try {
            line.connection().forceDisconnect();
            line.close();
        } catch (IOException | JedisException gone) {
            // it is closed all the more
        }
    }

    private static String text(@Nullable Object bytes) {
        return bytes instanceof byte[] text ? new String(text, StandardCharsets.UTF_8) : "";
    }
}
