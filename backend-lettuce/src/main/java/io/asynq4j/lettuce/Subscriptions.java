package io.asynq4j.lettuce;

import io.asynq4j.redis.port.Listeners;
import io.asynq4j.time.Handle;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who listens to which channel, and the one connection over which all of it comes, while there is somebody who listens.
 *
 * <p>Subscribing to a channel twice is subscribing once, so it is simply said again: when a connection is new, when somebody
 * is, and now and then as a question whether Redis is still there. A channel that nobody listens to any more is not
 * unsubscribed while others are; there are few.
 *
 * <p>Safe for use by many threads.
 */
final class Subscriptions {
    private final Supplier<? extends CompletionStage<StatefulRedisPubSubConnection<String, String>>> dial;
    private final ClientResources resources;
    private final Duration patience;

    private final Listeners listeners = new Listeners();
    private final Object lock = new Object(); // guards the fields below, and is not held while anything is sent
    private @Nullable Link<Listening> link;
    private boolean closed;

    /**
     * @param dial makes a connection that does not reconnect by itself
     * @param patience how long Redis may take to answer
     */
    Subscriptions(
            Supplier<? extends CompletionStage<StatefulRedisPubSubConnection<String, String>>> dial,
            ClientResources resources,
            Duration patience) {
        this.dial = dial;
        this.resources = resources;
        this.patience = patience;
    }

    Handle add(String channel, Consumer<String> message) {
        Listeners.Listener listener;
        Link<Listening> opened = null;
        Link<Listening> open;
        synchronized (lock) {
            if (closed) {
                return () -> {};
            }
            listener = listeners.add(channel, message);
            if (link == null) {
                opened = newLink();
                link = opened;
            }
            open = link;
        }
        if (opened != null) {
            opened.openEventually();
        } else {
            var line = open.line();
            if (line != null) {
                line.subscribe(Set.of(channel));
            }
        }
        return () -> remove(listener);
    }

    /** Nobody is told anything any more. The connection ends with the client. */
    void close() {
        Link<Listening> open;
        synchronized (lock) {
            closed = true;
            open = link;
            link = null;
            listeners.clear();
        }
        if (open != null) {
            open.close();
        }
    }

    private void remove(Listeners.Listener listener) {
        Link<Listening> unused = null;
        synchronized (lock) {
            listeners.remove(listener);
            if (listeners.isEmpty()) {
                unused = link;
                link = null;
            }
        }
        var line = unused == null ? null : unused.close();
        if (line != null) {
            line.close();
        }
    }

    private Link<Listening> newLink() {
        return new Link<>(
                resources,
                () -> dial.get()
                        .thenApply(connection ->
                                new Listening(connection, listeners::names, listeners::tell, resources, patience)),
                Listening::keepUp,
                () -> {});
    }
}
