package io.asynq4j.jedis;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;

/** A single server, at any time, to which somebody else has connections and keeps them. */
final class GivenServer implements Servers {
    private final Supplier<Connection> connections;

    GivenServer(Supplier<Connection> connections) {
        this.connections = connections;
    }

    @Override
    public Line line(int slot) {
        return new Line(this, connections.get(), Connection::close);
    }

    @Override
    public Line line(HostAndPort server) {
        throw new IllegalStateException("a single server names no others");
    }

    @Override
    public boolean isCluster() {
        return false;
    }

    @Override
    public void changed(@Nullable Object server) {}

    @Override
    public void close() {}
}
