package io.asynq4j.jedis;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.exceptions.JedisClusterOperationException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The primaries of a cluster, each with connections of its own. Which slot is where is asked again by the first one who needs
 * to know after something has changed; meanwhile the others go by what was known before, and Redis corrects them.
 */
final class ClusterServers implements Servers {
    private final Set<HostAndPort> seeds;
    private final JedisClientConfig config;
    private final Pool.Size size;
    private final Map<HostAndPort, Pool> pools = new ConcurrentHashMap<>();
    private final AtomicBoolean stale = new AtomicBoolean();
    private volatile Slots slots;
    private volatile boolean closed;

    ClusterServers(Set<HostAndPort> seeds, JedisClientConfig config, Pool.Size size) {
        this.seeds = seeds;
        this.config = config;
        this.size = size;
        this.slots = ask(seeds);
    }

    @Override
    public Line line(int slot) {
        return line(owner(slot));
    }

    @Override
    public Line apart(int slot) {
        var server = owner(slot);
        return pool(server).apart(server);
    }

    @Override
    public HostAndPort owner(int slot) {
        if (stale.compareAndSet(true, false)) {
            try {
                askAgain();
            } catch (JedisException failed) {
                stale.set(true);
                throw failed;
            }
        }
        var server = slot == ANY ? any() : slots.server(slot);
        if (server == null) {
            stale.set(true);
            throw new JedisClusterOperationException("CLUSTERDOWN no server has slot " + slot);
        }
        return server;
    }

    @Override
    public Line line(HostAndPort server) {
        var line = pool(server).line(server);
        if (closed) {
            close();
        }
        return line;
    }

    @Override
    public boolean isCluster() {
        return true;
    }

    @Override
    public void changed(@Nullable Object server) {
        stale.set(true);
        var pool = server == null ? null : pools.get(server);
        if (pool != null) {
            pool.clear();
        }
    }

    @Override
    public void close() {
        closed = true;
        pools.values().forEach(Pool::close);
    }

    private Pool pool(HostAndPort server) {
        return pools.computeIfAbsent(server, made -> new Pool(() -> new Connection(server, config), size));
    }

    private @Nullable HostAndPort any() {
        var all = List.copyOf(slots.all());
        return all.isEmpty() ? null : all.get(ThreadLocalRandom.current().nextInt(all.size()));
    }

    private void askAgain() {
        var asked = new LinkedHashSet<>(slots.all());
        asked.addAll(seeds);
        slots = ask(asked);
        var left = slots.all();
        pools.forEach((server, pool) -> {
            if (!left.contains(server)) {
                pool.clear();
            }
        });
    }

    private Slots ask(Set<HostAndPort> servers) {
        var failures = new JedisClusterOperationException("no server of the cluster answers");
        for (var server : servers) {
            try (var connection = new Connection(server, config)) {
                return Slots.ask(connection, server);
            } catch (JedisException failed) {
                failures.addSuppressed(failed);
            }
        }
        throw failures;
    }
}
