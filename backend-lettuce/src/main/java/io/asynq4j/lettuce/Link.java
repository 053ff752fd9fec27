package io.asynq4j.lettuce;

import io.asynq4j.redis.port.RedisException;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A way to Redis: one line, and after it is lost another one, made in the background with growing delays.
 *
 * <p>Lettuce could reconnect by itself, but it sends commands again that may have run, and writes two log lines per attempt.
 * Here nothing is logged above debug: every call says why it failed, and the engine logs outages.
 *
 * <p>Safe for use by many threads.
 */
final class Link<L extends Link.Line> {
    private static final Logger log = LoggerFactory.getLogger(Link.class);

    /** What is made of one connection. */
    interface Line {
        StatefulConnection<?, ?> connection();

        /** Does not wait. Calls under way are given up. */
        @SuppressWarnings("FutureReturnValueIgnored") // it cannot fail, and nobody waits for it
        default void close() {
            connection().closeAsync();
        }
    }

    private final ClientResources resources;
    private final Supplier<? extends CompletionStage<L>> dial;
    private final Consumer<L> made;
    private final Runnable lost;
    private final CompletableFuture<L> first = new CompletableFuture<>();
    private final AtomicBoolean started = new AtomicBoolean();

    private final AtomicReference<@Nullable L> line = new AtomicReference<>();
    private volatile String away = "not connected yet";
    private volatile boolean closed;

    /**
     * @param resources for timers and threads
     * @param dial makes a line, over a connection that does not reconnect by itself, within a bounded time
     * @param made told of each line when it can be used; must not block
     * @param lost run when a line is, before another one is made; must not block
     */
    Link(ClientResources resources, Supplier<? extends CompletionStage<L>> dial, Consumer<L> made, Runnable lost) {
        this.resources = resources;
        this.dial = dial;
        this.made = made;
        this.lost = lost;
    }

    /** Makes the first line. Nothing is tried again before that has succeeded. */
    CompletionStage<L> open() {
        started.set(true);
        return connect().whenComplete((made, failure) -> {
            if (failure == null) {
                first.complete(made);
            } else {
                first.completeExceptionally(failure);
            }
        });
    }

    /** Makes the first line in the background, however often that has to be tried; without effect the second time. */
    void openEventually() {
        if (started.compareAndSet(false, true)) {
            attempt(1);
        }
    }

    /** What to talk over; waits for the first attempt to make one, and fails when there is nothing after that. */
    CompletionStage<L> soon() {
        var open = line.get();
        if (open != null) {
            return CompletableFuture.completedFuture(open);
        }
        return first.isDone() ? CompletableFuture.failedFuture(new RedisException(away, null)) : first;
    }

    /** What to talk over; null while there is nothing. */
    @Nullable
    L line() {
        return line.get();
    }

    /** Why there is no line. */
    String away() {
        return away;
    }

    /** Replaces a line that is of no use any more, unless that has happened already. */
    void drop(L lost, String why) {
        if (line.compareAndSet(lost, null)) {
            away = why;
            lost.close();
            log.debug("connection to Redis lost: {}", why);
            this.lost.run();
            reconnect(1);
        }
    }

    /** No more lines. The one that there was is answered, for the caller to close or not; null for none. */
    @Nullable
    L close() {
        closed = true;
        away = "closed";
        return line.getAndSet(null);
    }

    private CompletionStage<L> connect() {
        return dial.get().thenApply(line -> {
            line.connection().addListener(new RedisConnectionStateListener() {
                @Override
                public void onRedisDisconnected(RedisChannelHandler<?, ?> lost) {
                    drop(line, "connection lost");
                }
            });
            this.line.set(line);
            if (!line.connection().isOpen()) {
                drop(line, "connection lost");
            } else if (closed && this.line.compareAndSet(line, null)) {
                line.close();
            } else {
                made.accept(line);
            }
            return line;
        });
    }

    private void reconnect(int attempt) {
        if (closed) {
            return;
        }
        if (Timers.after(resources, delay(attempt), () -> attempt(attempt)).isEmpty()) {
            away = "the client resources were shut down";
        }
    }

    private void attempt(int attempt) {
        if (closed) {
            return;
        }
        CompletionStage<L> connected;
        try {
            connected = connect();
        } catch (RuntimeException refused) {
            connected = CompletableFuture.failedFuture(refused);
        }
        connected.whenComplete((made, failure) -> {
            if (failure == null) {
                first.complete(made);
                log.debug("connected to Redis again, at attempt {}", attempt);
            } else {
                away = Reason.of(failure);
                log.debug("attempt {} to connect to Redis failed: {}", attempt, away);
                first.completeExceptionally(failure);
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
