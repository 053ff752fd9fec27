package io.asynq4j.jedis;

import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;

/** A single server. */
final class OneServer implements Servers {
    private final Pool pool;

    OneServer(Pool pool) {
        this.pool = pool;
    }

    @Override
    public Line line(int slot) {
        return pool.line(this);
    }

    @Override
    public Line apart(int slot) {
        return pool.apart(this);
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
    public void changed(@Nullable Object server) {
        if (server != null) {
            pool.clear();
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
