package io.asynq4j.jedis;

import java.io.IOException;
import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Connections to one server: made when they are needed, at most so many, the last one used first, and no threads.
 *
 * <p>Jedis' own pools make a new connection at once for one that is given back broken, on the thread that gives it back: with
 * a server that has just gone silent, that is to wait for it once more.
 */
final class Pool implements AutoCloseable {
    private final Supplier<Connection> make;
    private final Duration patience;
    private final Semaphore free;
    private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    /** How many connections there may be, and how long to wait for one when all are in use. */
    record Size(int connections, Duration patience) {}

    Pool(Supplier<Connection> make, Size size) {
        this.make = make;
        this.patience = size.patience();
        this.free = new Semaphore(size.connections());
    }

    Servers.Line line(Object server) {
        return new Servers.Line(server, take(), this::giveBack);
    }

    /** One more, which does not count and is closed after use. */
    Servers.Line apart(Object server) {
        return new Servers.Line(server, make.get(), Pool::cut);
    }

    /** Closes what is not in use. What has happened to one connection has often happened to all of them. */
    void clear() {
        for (var unused = idle.poll(); unused != null; unused = idle.poll()) {
            cut(unused);
        }
    }

    @Override
    public void close() {
        closed = true;
        clear();
    }

    private Connection take() {
        try {
            if (!free.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new JedisException("all connections are in use");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new JedisException("interrupted while waiting for a connection", interrupted);
        }
        try {
            if (closed) {
                throw new JedisException("closed");
            }
            var unused = idle.poll();
            return unused == null ? made() : unused;
        } catch (Throwable failed) {
            free.release();
            throw failed;
        }
    }

    private Connection made() {
        try {
            return make.get();
        } catch (JedisException | IllegalStateException known) {
            throw known;
        } catch (RuntimeException foreign) { // as a credentials provider may throw
            throw new JedisException("cannot connect: " + foreign, foreign);
        }
    }

    private void giveBack(Connection connection) {
        if (connection.isBroken()) {
            cut(connection);
        } else {
            idle.push(connection);
        }
        free.release();
        if (closed) {
            clear();
        }
    }

    /** Without the farewell that Jedis says, for which it would wait. */
    private static void cut(Connection connection) {
        try {
            connection.forceDisconnect();
        } catch (IOException | JedisException gone) {
            // it is closed all the more
        }
    }
}
