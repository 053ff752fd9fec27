package io.asynq4j.redis.port;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which Redis to use, as one line of text tells it:
 *
 * <pre>
 * redis://[[user]:password@]host[:port][/database]
 * redis-socket://[[user]:password@]/path[?db=database]
 * redis-sentinel://[[user]:password@]host[:port][,host[:port]...][/database]?master=name
 * redis-cluster://[[user]:password@]host[:port][,host[:port]...]
 * </pre>
 *
 * <p>{@code rediss}, {@code rediss-sentinel} and {@code rediss-cluster} are the same over TLS. The port is 6379, or 26379 of a
 * sentinel, where none is given. User and password are percent-decoded. In the sentinel form they are for the sentinels, as
 * in asynq; {@link #withLogin} sets those for Redis.
 *
 * @param topology where Redis is
 * @param tls whether to encrypt, and to verify the server's name
 * @param login who we are to Redis
 * @param database the number of the database; 0 in a cluster
 */
public record RedisUri(Topology topology, boolean tls, Login login, int database) {
    /**
     * Reads {@code uri}.
     *
     * @throws IllegalArgumentException when it has none of the forms; the message tells the rule, and the URI without user,
     *     password and whatever else could be a secret
     */
    public static RedisUri of(String uri) {
        return UriParser.parse(uri);
    }

    /** The same Redis, logging in as {@code user}; null for the default user. */
    public RedisUri withLogin(@Nullable String user, String password) {
        return new RedisUri(topology, tls, new Login(user, password), database);
    }

    /** The URI in full, but for users and passwords. */
    @Override
    public String toString() {
        if (topology instanceof Topology.Standalone one) {
            return start("redis", login) + one.host() + "/" + database;
        }
        if (topology instanceof Topology.Socket socket) {
            return start("redis-socket", login) + socket.path() + "?db=" + database;
        }
        if (topology instanceof Topology.Sentinel watched) {
            return start("redis-sentinel", watched.sentinelLogin()) + joined(watched.sentinels()) + "/" + database
                    + "?master=" + watched.master();
        }
        if (topology instanceof Topology.Cluster cluster) {
            return start("redis-cluster", login) + joined(cluster.seeds());
        }
        throw new AssertionError(topology);
    }

    private String start(String scheme, Login shown) {
        return (tls ? scheme.replaceFirst("redis", "rediss") : scheme) + "://" + (shown.isPresent() ? "***@" : "");
    }

    private static String joined(List<Topology.Host> hosts) {
        return hosts.stream().map(Topology.Host::toString).collect(Collectors.joining(","));
    }
}
