package io.asynq4j.jedis;

import io.asynq4j.redis.RedisBroker;
import io.asynq4j.redis.port.RedisUri;
import io.asynq4j.redis.port.Timeouts;
import io.asynq4j.spi.Broker;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.providers.ClusterConnectionProvider;
import redis.clients.jedis.providers.SentineledConnectionProvider;

/**
 * Opens brokers on Redis, reached by Jedis: a single server, one that sentinels watch, or a cluster; plain or over TLS, where
 * the server's name is then verified; a single server over a Unix socket too.
 *
 * <p>Opening connects and logs in; it throws {@link io.asynq4j.task.BrokerUnavailableException} where that fails, with the
 * reason and without user or password, and leaves nothing open. Later on lost connections are replaced when they are needed.
 * A call whose answer was lost is never sent again.
 *
 * <p>Jedis blocks: even what answers a stage runs on the caller's thread, for up to the command timeout ({@link
 * Broker#blocking()}).
 *
 * <p>Whoever opens a broker closes it, which ends its connections and its threads (daemons, named {@code asynq4j-}).
 */
public final class JedisBroker {
    private JedisBroker() {}

    /**
     * Opens a broker with default settings.
     *
     * @param uri as {@link RedisUri} describes it, such as {@code redis://localhost:6379}
     * @throws IllegalArgumentException when the URI is malformed
     */
    public static Broker open(String uri) {
        return open(RedisUri.of(uri));
    }

    /** Opens a broker with default settings. */
    public static Broker open(RedisUri uri) {
        return builder(uri).open();
    }

    /** Opens a broker with default timeouts, as {@link #builder(RedisClient)} has it. */
    public static Broker open(RedisClient client) {
        return builder(client).open();
    }

    /** Starts a broker with connections of its own. */
    public static Builder builder(RedisUri uri) {
        return new Builder(settings -> Opening.port(() -> settings.servers(uri), uri.toString(), settings.timeouts()));
    }

    /**
     * Starts a broker that takes its connections from the pool of {@code client}, as it is configured: its size is how many
     * calls can be under way at the same time. Of these one is taken for good while somebody listens for cancellations, and
     * two while a server runs, to be told of new tasks. The client is not closed with the broker, and has to be closed after it.
     *
     * <p>Only the timeouts of the builder have a meaning then.
     */
    public static Builder builder(RedisClient client) {
        Objects.requireNonNull(client, "client");
        return new Builder(
                settings -> Opening.port(() -> given(client), "the server of the client", settings.timeouts()));
    }

    /** Like {@link #builder(RedisClient)}, for a cluster; a {@code RedisClusterClient} can be built on the same provider. */
    public static Builder builder(ClusterConnectionProvider cluster) {
        Objects.requireNonNull(cluster, "cluster");
        return new Builder(settings ->
                Opening.port(() -> new GivenCluster(cluster), "the cluster of the provider", settings.timeouts()));
    }

    /**
     * Like {@link #builder(RedisClient)}, for a server that sentinels watch; a {@code RedisSentinelClient} can be built on the
     * same provider.
     */
    public static Builder builder(SentineledConnectionProvider watched) {
        Objects.requireNonNull(watched, "watched");
        return new Builder(settings -> Opening.port(
                () -> new GivenServer(watched::getConnection), "the server of the provider", settings.timeouts()));
    }

    private static Servers given(RedisClient client) {
        return new GivenServer(() -> client.getPool().getResource());
    }

    /** Settings of a broker that is about to be opened. Used by one thread. */
    public static final class Builder {
        private final Function<Settings, JedisPort> opening;
        private Settings settings = Settings.DEFAULT;

        private Builder(Function<Settings, JedisPort> opening) {
            this.opening = opening;
        }

        /** How long to wait for a reply, more than zero. Default 5 s. */
        public Builder commandTimeout(Duration timeout) {
            return with(new Timeouts(settings.timeouts().connect(), timeout));
        }

        /** How long connecting may take in all, with TLS and login, more than zero. Default 4 s. */
        public Builder connectTimeout(Duration timeout) {
            return with(new Timeouts(timeout, settings.timeouts().command()));
        }

        /** How many connections there may be to each server, at least 2. Default 8. They are made when they are needed. */
        public Builder connections(int most) {
            settings = new Settings(settings.timeouts(), most, settings.more());
            return this;
        }

        /**
         * Adds to Jedis' own configuration, which has timeouts, login, database and TLS from the URI when {@code more} gets
         * it: own trust material and keys ({@code sslOptions}), credentials that change ({@code credentialsProvider}), a
         * client name.
         */
        public Builder config(Consumer<DefaultJedisClientConfig.Builder> more) {
            settings = new Settings(
                    settings.timeouts(), settings.connections(), settings.more().andThen(more));
            return this;
        }

        /** Connects; see the class for what that throws. */
        public Broker open() {
            return RedisBroker.over(port());
        }

        JedisPort port() {
            return opening.apply(settings);
        }

        private Builder with(Timeouts timeouts) {
            settings = new Settings(timeouts, settings.connections(), settings.more());
            return this;
        }
    }
}
