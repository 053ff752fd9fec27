package io.asynq4j.lettuce;

import io.asynq4j.redis.port.Reply;
import io.asynq4j.redis.port.ServerVersion;
import io.asynq4j.redis.port.Timeouts;
import io.asynq4j.task.BrokerUnavailableException;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ConnectionFuture;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens a port, and leaves nothing behind where that fails. */
final class Opening {
    private static final Logger log = LoggerFactory.getLogger(Opening.class);

    /** How long closing may take, at most twice. */
    private static final Duration CLOSING = Duration.ofSeconds(2);

    private static final int MOST_TRIES = 5;

    /** How long a lost connection has to be made anew, each time. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    private Opening() {}

    /** Threads of our own: daemons, named asynq4j-. Lettuce would start more of them only for more connections. */
    static ClientResources resources() {
        return ClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .threadFactoryProvider(pool -> new DefaultThreadFactory("asynq4j-" + pool, true))
                .reconnectDelay(
                        Delay.fullJitter(Duration.ofMillis(20), Duration.ofSeconds(2), 40, TimeUnit.MILLISECONDS))
                .build();
    }

    /** {@code options} without whatever would send a call twice, or would do what the port does itself. */
    static ClientOptions options(ClientOptions options) {
        return options.mutate()
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .timeoutOptions(TimeoutOptions.create())
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .build();
    }

    /**
     * Connects, logs in, and answers a port that closes what it is given here.
     *
     * @param closing closes more, once
     * @throws BrokerUnavailableException when that takes longer than the connect timeout, or Redis refuses
     */
    static LettucePort port(
            Destination to, ClientResources resources, ClientOptions options, Timeouts timeouts, Runnable closing) {
        to.limit(timeouts.connect());
        var client = new LeanClient(resources);
        client.setOptions(options(options));
        var sender = new Sender(resources, timeouts.command());
        var servers = servers(to, client, resources, sender);
        var subscriptions = new Subscriptions(
                () -> client.connectPubSubAsync(StringCodec.UTF8, servers.toListen()), resources, timeouts.command());
        Function<RedisURI, CompletionStage<StatefulRedisConnection<byte[], byte[]>>> dial =
                uri -> client.connectAsync(ByteArrayCodec.INSTANCE, uri);
        var watches = new Watches(watcher -> new Watching(servers, dial, watcher, resources, timeouts.command()));
        var port = new LettucePort(servers, subscriptions, watches, sender, () -> {
            await(client.shutdownAsync(0, CLOSING.toMillis(), TimeUnit.MILLISECONDS));
            closing.run();
        });
        Optional<String> objection;
        try {
            open(servers, timeouts.connect());
            objection = objection(port, resources, timeouts.connect());
        } catch (ExecutionException | TimeoutException | RuntimeException failed) {
            port.close();
            throw unavailable(to, Reason.of(failed, to.isTls()), failed);
        } catch (InterruptedException interrupted) {
            port.close();
            Thread.currentThread().interrupt();
            throw unavailable(to, "interrupted", interrupted);
        }
        if (objection.isPresent()) {
            port.close();
            throw unavailable(to, objection.get(), null);
        }
        return port;
    }

    private static Servers servers(Destination to, RedisClient client, ClientResources resources, Sender sender) {
        BiFunction<RedisURI, Runnable, Link<Session>> links = (uri, lost) -> new Link<>(
                resources,
                () -> session(client.connectAsync(ByteArrayCodec.INSTANCE, uri), resources),
                made -> {},
                lost);
        if (to.cluster()) {
            return new ClusterServers(to.uris(), links, sender);
        }
        var uri = to.uris().get(0);
        var link = links.apply(uri, () -> {});
        return new OneServer(
                uri, link, uri.getSentinels().isEmpty() ? null : news(uri, link, client, resources, sender));
    }

    private static SentinelNews news(
            RedisURI uri, Link<Session> link, RedisClient client, ClientResources resources, Sender sender) {
        return new SentinelNews(
                uri,
                link,
                sentinel -> client.connectPubSubAsync(StringCodec.UTF8, sentinel),
                resources,
                sender.commandTimeout());
    }

    private static CompletionStage<Session> session(
            ConnectionFuture<StatefulRedisConnection<byte[], byte[]>> connecting, ClientResources resources) {
        return connecting.thenApply(connection -> new Session(connection, connecting.getRemoteAddress(), resources));
    }

    /**
     * After a refusal Lettuce closes the connection, and now and then it tells of that instead of the refusal. So where no
     * more is known than that, ask again.
     */
    private static void open(Servers servers, Duration timeout)
            throws ExecutionException, InterruptedException, TimeoutException {
        for (int tries = 1; ; tries++) {
            try {
                servers.open().toCompletableFuture().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
                return;
            } catch (ExecutionException failed) {
                if (tries == MOST_TRIES || !Reason.isVague(failed)) {
                    throw failed;
                }
            }
        }
    }

    /** Why the server that was reached is of no use; one that does not let itself be asked may be. */
    private static Optional<String> objection(LettucePort port, ClientResources resources, Duration timeout)
            throws ExecutionException, InterruptedException, TimeoutException {
        var info =
                version(port, resources, MOST_TRIES).toCompletableFuture().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        if (info instanceof Reply.Bytes text) {
            return ServerVersion.objection(text.text());
        }
        return lost(info).map(Reply.Failed::message);
    }

    /** Asks again when the connection was lost since the login: nobody is given what does not work yet. */
    private static CompletionStage<Reply> version(LettucePort port, ClientResources resources, int tries) {
        return port.run(List.of(ServerVersion.QUESTION)).thenCompose(replies -> {
            var info = replies.get(0);
            return lost(info).isPresent() && tries > 1
                    ? pause(resources).thenCompose(over -> version(port, resources, tries - 1))
                    : CompletableFuture.completedFuture(info);
        });
    }

    /** The failure of a question that nobody has answered. */
    private static Optional<Reply.Failed> lost(Reply info) {
        return info instanceof Reply.Failed failed && !failed.answered() ? Optional.of(failed) : Optional.empty();
    }

    private static CompletionStage<?> pause(ClientResources resources) {
        var over = new CompletableFuture<Void>();
        return Timers.after(resources, PAUSE, () -> over.complete(null)).isPresent()
                ? over
                : CompletableFuture.completedFuture(null);
    }

    /** Shuts down what {@link #resources()} has made. */
    static void close(ClientResources resources) {
        await(resources.shutdown(0, CLOSING.toMillis(), TimeUnit.MILLISECONDS));
    }

    private static BrokerUnavailableException unavailable(Destination to, String reason, @Nullable Exception cause) {
        return new BrokerUnavailableException("cannot connect to Redis at " + to.shown() + ": " + reason, cause);
    }

    private static void await(Future<?> closed) {
        try {
            closed.get(CLOSING.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException late) {
            log.debug("closing goes on in the background", late);
        }
    }
}
