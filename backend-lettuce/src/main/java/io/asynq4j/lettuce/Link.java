package io.asynq4j.lettuce;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisURI;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to Redis: one session, and after it is lost another one, made in the background with growing delays.
 *
 * <p>Lettuce could reconnect by itself, but it sends commands again that may have run, and writes two log lines per attempt.
 * Here nothing is logged above debug: every call says why it failed, and the engine logs outages.
 *
 * <p>Safe for use by many threads.
 */
final class Link {
    private static final Logger log = LoggerFactory.getLogger(Link.class);

    private final RedisClient client;
    private final RedisURI uri;
    private final ClientResources resources;

    private final AtomicReference<@Nullable Session> session = new AtomicReference<>();
    private volatile String away = "not connected yet";
    private volatile boolean closed;

    /**
     * @param client does not reconnect by itself, and stays the caller's
     * @param uri whose timeout bounds the login of each attempt
     */
    Link(RedisClient client, RedisURI uri) {
        this.client = client;
        this.uri = uri;
        this.resources = client.getResources();
    }

    /** Makes the first session. Nothing is tried again before that has succeeded. */
    CompletionStage<Session> open() {
        return connect();
    }

    /** What to talk over; null while there is nothing. */
    @Nullable
    Session session() {
        return session.get();
    }

    /** Why there is no session. */
    String away() {
        return away;
    }

    /** Replaces a session that is of no use any more, unless that has happened already. */
    void drop(Session lost, String why) {
        if (session.compareAndSet(lost, null)) {
            away = why;
            lost.close();
            log.debug("connection to Redis lost: {}", why);
            reconnect(1);
        }
    }

    /** No more sessions. The one that there is ends with the client, which logs a warning if we close it too. */
    void close() {
        closed = true;
        away = "closed";
        session.set(null);
    }

    private CompletionStage<Session> connect() {
        return client.connectAsync(ByteArrayCodec.INSTANCE, uri).thenApply(connection -> {
            var made = new Session(connection);
            connection.addListener(new RedisConnectionStateListener() {
                @Override
                public void onRedisDisconnected(RedisChannelHandler<?, ?> lost) {
                    drop(made, "connection lost");
                }
            });
            session.set(made);
            if (!made.isOpen()) {
                drop(made, "connection lost");
            } else if (closed && session.compareAndSet(made, null)) {
                made.close();
            }
            return made;
        });
    }

    private void reconnect(int attempt) {
        if (closed) {
            return;
        }
        try {
            resources
                    .timer()
                    .newTimeout(
                            due -> resources.eventExecutorGroup().execute(() -> attempt(attempt)),
                            delay(attempt).toNanos(),
                            TimeUnit.NANOSECONDS);
        } catch (IllegalStateException | RejectedExecutionException stopped) {
            away = "the client resources were shut down";
        }
    }

    private void attempt(int attempt) {
        if (closed) {
            return;
        }
        CompletionStage<Session> connected;
        try {
            connected = connect();
        } catch (RuntimeException refused) {
            connected = CompletableFuture.failedFuture(refused);
        }
        connected.whenComplete((made, failure) -> {
            if (failure == null) {
                log.debug("connected to Redis again, at attempt {}", attempt);
            } else {
                away = Reason.of(failure);
                log.debug("attempt {} to connect to Redis failed: {}", attempt, away);
                reconnect(attempt + 1);
            }
        });
    }

    private Duration delay(int attempt) {
        var delay = resources.reconnectDelay();
        if (attempt == 1 && delay instanceof Delay.StatefulDelay stateful) {
            stateful.reset();
        }
        return delay.createDelay(attempt);
    }
}
