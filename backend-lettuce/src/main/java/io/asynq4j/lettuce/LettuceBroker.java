package io.asynq4j.lettuce;

import io.asynq4j.redis.RedisBroker;
import io.asynq4j.redis.port.RedisUri;
import io.asynq4j.redis.port.Timeouts;
import io.asynq4j.spi.Broker;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;

/**
 * Opens brokers on Redis, reached by Lettuce: a single server, the one that sentinels name, or a cluster; plain or over TLS,
 * where the server's name is then verified. A Unix socket needs Netty's native transport for this machine on the class path.
 *
 * <p>Opening connects and logs in; it throws {@link io.asynq4j.task.BrokerUnavailableException} where that fails, with the
 * reason and without user or password, and leaves nothing open. Later on a lost connection is replaced in the background;
 * meanwhile calls fail at once. A call whose answer was lost is never sent again.
 *
 * <p>Whoever opens a broker closes it, which ends its connection and its threads (daemons, named {@code asynq4j-}), within a
 * few seconds at most. It must not be closed on one of those threads, that is, in a callback of its own.
 */
public final class LettuceBroker {
    private LettuceBroker() {}

    /**
     * Opens a broker with default timeouts.
     *
     * @param uri as {@link RedisUri} describes it, such as {@code redis://localhost:6379}
     * @throws IllegalArgumentException when the URI is malformed
     */
    public static Broker open(String uri) {
        return open(RedisUri.of(uri));
    }

    /** Opens a broker with default timeouts. */
    public static Broker open(RedisUri uri) {
        return builder(uri).open();
    }

    /** Opens a broker with default timeouts, as {@link #builder(RedisClient, RedisURI)} has it. */
    public static Broker open(RedisClient client, RedisURI uri) {
        return builder(client, uri).open();
    }

    /** Starts a broker with threads of its own. */
    public static Builder builder(RedisUri uri) {
        var to = Destination.of(uri);
        return new Builder(timeouts -> {
            var resources = Opening.resources();
            var options = ClientOptions.builder()
                    .socketOptions(SocketOptions.builder()
                            .connectTimeout(timeouts.connect())
                            .build())
                    .sslOptions(SslOptions.builder()
                            .handshakeTimeout(timeouts.login())
                            .build())
                    .build();
            return Opening.port(to, resources, options, timeouts, () -> Opening.close(resources));
        });
    }

    /**
     * Starts a broker that is set up like {@code client}: it has the client's resources (threads, timers, reconnect delay) and
     * its options (TLS, sockets, protocol), except that the broker does the reconnecting and the timeouts itself. Neither the
     * client nor its resources are closed with the broker.
     *
     * @param uri in Lettuce's form, with credentials and TLS; its timeout is not used
     */
    public static Builder builder(RedisClient client, RedisURI uri) {
        return over(client, Destination.of(uri));
    }

    /**
     * Like {@link #builder(RedisClient, RedisURI)}, for a cluster.
     *
     * @param seeds some of the servers, which tell the others; the first one's credentials and TLS are used for all of those
     */
    public static Builder builder(RedisClusterClient client, Iterable<RedisURI> seeds) {
        return over(client, Destination.cluster(seeds));
    }

    private static Builder over(AbstractRedisClient client, Destination to) {
        Objects.requireNonNull(client, "client");
        return new Builder(
                timeouts -> Opening.port(to, client.getResources(), client.getOptions(), timeouts, () -> {}));
    }

    /** Settings of a broker that is about to be opened. Used by one thread. */
    public static final class Builder {
        private final Function<Timeouts, LettucePort> opening;
        private Timeouts timeouts = Timeouts.DEFAULT;

        private Builder(Function<Timeouts, LettucePort> opening) {
            this.opening = opening;
        }

        /** How long to wait for a reply, more than zero. Default 5 s. */
        public Builder commandTimeout(Duration timeout) {
            timeouts = new Timeouts(timeouts.connect(), timeout);
            return this;
        }

        /** How long connecting may take in all, with TLS and login, more than zero. Default 4 s. */
        public Builder connectTimeout(Duration timeout) {
            timeouts = new Timeouts(timeout, timeouts.command());
            return this;
        }

        /** Connects; see the class for what that throws. */
        public Broker open() {
            return RedisBroker.over(port());
        }

        LettucePort port() {
            return opening.apply(timeouts);
        }
    }
}
