package io.asynq4j.jedis;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisClusterOperationException;
import redis.clients.jedis.providers.ClusterConnectionProvider;

/** A cluster to which somebody else has connections and keeps them. */
final class GivenCluster implements Servers {
    private final ClusterConnectionProvider provider;
    private final AtomicBoolean stale = new AtomicBoolean();

    GivenCluster(ClusterConnectionProvider provider) {
        this.provider = provider;
    }

    @Override
    public Line line(int slot) {
        return line(owner(slot));
    }

    @Override
    public HostAndPort owner(int slot) {
        if (stale.compareAndSet(true, false)) {
            provider.renewSlotCache();
        }
        int wanted = slot == ANY ? ThreadLocalRandom.current().nextInt(Slots.COUNT) : slot;
        var server = provider.getNode(wanted);
        if (server == null) {
            stale.set(true);
            throw new JedisClusterOperationException("no server is known to have slot " + wanted);
        }
        return server;
    }

    @Override
    public Line line(HostAndPort server) {
        return new Line(server, provider.getConnection(server), Connection::close);
    }

    @Override
    public boolean isCluster() {
        return true;
    }

    @Override
    public void changed(@Nullable Object server) {
        stale.set(true);
    }

    @Override
    public void close() {}
}
