package io.asynq4j.jedis;

import io.asynq4j.redis.port.Login;
import io.asynq4j.redis.port.RedisUri;
import io.asynq4j.redis.port.Timeouts;
import io.asynq4j.redis.port.Topology;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.DefaultRedisCredentials;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.SslVerifyMode;

/**
 * What a broker is to be opened with.
 *
 * @param connections how many there may be to one server
 * @param more what the caller has to add
 */
record Settings(Timeouts timeouts, int connections, Consumer<DefaultJedisClientConfig.Builder> more) {
    static final Settings DEFAULT = new Settings(Timeouts.DEFAULT, 8, config -> {});

    Settings {
        if (connections < 2) {
            throw new IllegalArgumentException("connections must be at least 2, one of them to listen: " + connections);
        }
    }

    /** The servers that {@code uri} tells of; connects to some of them. */
    Servers servers(RedisUri uri) {
        var topology = uri.topology();
        if (topology instanceof Topology.Standalone one) {
            var server = address(one.host());
            var config = config(uri);
            return one(() -> new Connection(server, config));
        }
        if (topology instanceof Topology.Socket socket) {
            var config = config(uri);
            return one(() -> new Connection(() -> UnixSocket.open(socket.path()), config));
        }
        if (topology instanceof Topology.Sentinel watched) {
            var sentinels = watched.sentinels().stream().map(Settings::address).toList();
            var asking = sentinelConfig(uri, watched.sentinelLogin());
            return new SentinelServers(sentinels, asking, watched.master(), config(uri), size());
        }
        if (topology instanceof Topology.Cluster cluster) {
            Set<HostAndPort> seeds =
                    cluster.seeds().stream().map(Settings::address).collect(Collectors.toUnmodifiableSet());
            return new ClusterServers(seeds, config(uri), size());
        }
        throw new AssertionError(topology);
    }

    private OneServer one(Supplier<Connection> connections) {
        return new OneServer(new Pool(connections, size()));
    }

    private Pool.Size size() {
        return new Pool.Size(connections, timeouts.command());
    }

    private JedisClientConfig config(RedisUri uri) {
        var config = common(uri).database(uri.database());
        var login = uri.login();
        if (login.isPresent()) {
            config.user(login.user()).password(login.password());
        }
        more.accept(config);
        return config.build();
    }

    /** What the caller has added is for the sentinels too, except for who we are. */
    private JedisClientConfig sentinelConfig(RedisUri uri, Login login) {
        var config = common(uri);
        more.accept(config);
        return config.database(0)
                .credentialsProvider(() -> new DefaultRedisCredentials(login.user(), login.password()))
                .build();
    }

    /** RESP2 has all that we need, and takes no more commands than a user may be allowed to use. */
    private DefaultJedisClientConfig.Builder common(RedisUri uri) {
        var config = DefaultJedisClientConfig.builder()
                .protocol(RedisProtocol.RESP2)
                .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
                .connectionTimeoutMillis(millis(timeouts.connect()))
                .socketTimeoutMillis(millis(timeouts.login()));
        if (uri.tls()) {
            config.sslOptions(
                    SslOptions.builder().sslVerifyMode(SslVerifyMode.FULL).build());
        }
        return config;
    }

    /** In the form that Jedis takes. */
    private static int millis(Duration timeout) {
        return (int) Math.min(Integer.MAX_VALUE, Math.max(1, timeout.toMillis()));
    }

    private static HostAndPort address(Topology.Host host) {
        return new HostAndPort(host.name(), host.port());
    }
}
