package io.asynq4j.jedis;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;

/** The servers of one Redis, and connections to them. Safe for use by many threads. */
interface Servers extends AutoCloseable {
    /** A slot for calls that any server may answer. */
    int ANY = -1;

    /**
     * A connection that is ours until it is closed, which gives it back, or drops it when it is broken.
     *
     * @param server where it leads; lines to the same server have equal servers
     * @param back where it came from
     */
    record Line(Object server, Connection connection, Consumer<Connection> back) implements AutoCloseable {
        @Override
        public void close() {
            back.accept(connection);
        }
    }

    /**
     * A connection to the server that has {@code slot}.
     *
     * @throws redis.clients.jedis.exceptions.JedisException when there is none within the connect timeout or the time that
     *     one waits for a connection
     */
    Line line(int slot);

    /** The server of a cluster that has {@code slot}, by its address; null where there is but one server. */
    default @Nullable HostAndPort owner(int slot) {
        return null;
    }

    /**
     * A connection like {@link #line(int)}, for somebody who keeps it: not one of those that calls share, where they are ours.
     * Whoever is done with it marks it as broken, since it is of no use to others.
     */
    default Line apart(int slot) {
        return line(slot);
    }

    /** What lines to the server that has {@code slot} have as their server. */
    default Object where(int slot) {
        var owner = owner(slot);
        return owner == null ? this : owner;
    }

    /** A connection to the server at an address that {@link #owner}, or Redis itself, has named. */
    Line line(HostAndPort server);

    /** Whether keys are spread over several servers by their slots, and servers name each other. */
    boolean isCluster();

    /**
     * Something is not as it was: find out again who serves what before the next line.
     *
     * @param server to which a connection was lost, so that others may be too; null when that is not the matter
     */
    void changed(@Nullable Object server);

    /** Closes what was opened here. Connections that are in use are not. */
    @Override
    void close();
}
