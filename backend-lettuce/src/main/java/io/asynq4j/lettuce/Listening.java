package io.asynq4j.lettuce;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection with subscriptions as long as it lives. Safe for use by many threads. */
final class Listening implements Link.Line {
    private static final Logger log = LoggerFactory.getLogger(Listening.class);

    private final StatefulRedisPubSubConnection<String, String> connection;
    private final Supplier<Set<String>> channels;
    private final ClientResources resources;
    private final Duration patience;
    private final AtomicLong answers = new AtomicLong();
    private final AtomicBoolean refused = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param channels what there is to be subscribed to
     * @param message gets channel and message
     * @param patience how long Redis may take to answer
     */
    Listening(
            StatefulRedisPubSubConnection<String, String> connection,
            Supplier<Set<String>> channels,
            BiConsumer<String, String> message,
            ClientResources resources,
            Duration patience) {
        this.connection = connection;
        this.channels = channels;
        this.resources = resources;
        this.patience = patience;
        connection.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String channel, String text) {
                message.accept(channel, text);
            }

            @Override
            public void subscribed(String channel, long count) {
                answers.incrementAndGet();
            }
        });
    }

    @Override
    public StatefulConnection<?, ?> connection() {
        return connection;
    }

    /** Once, since Lettuce warns of the second time, and the link closes what we have closed. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            Link.Line.super.close();
        }
    }

    /**
     * Subscribes to all there is, and again now and then, since an idle connection does not show that the other end is gone;
     * closes the connection when Redis does not answer that.
     */
    void keepUp() {
        var wanted = channels.get();
        if (wanted.isEmpty() || !connection.isOpen()) {
            return;
        }
        long before = answers.get();
        subscribe(wanted);
        after(patience, () -> {
            if (answers.get() == before) {
                close();
            } else {
                after(patience.multipliedBy(2), this::keepUp);
            }
        });
    }

    /** Does not wait. */
    void subscribe(Set<String> channels) {
        connection.async().subscribe(channels.toArray(String[]::new)).exceptionally(failed -> {
            if (failed instanceof RedisCommandExecutionException) {
                answers.incrementAndGet(); // it is there, after all
                if (refused.compareAndSet(false, true)) {
                    log.warn("Redis refuses to let us subscribe to {}: {}", channels, failed.getMessage());
                }
            }
            return null;
        });
    }

    private void after(Duration delay, Runnable action) {
        if (Timers.after(resources, delay, action).isEmpty()) {
            log.debug("the client resources were shut down");
        }
    }
}
