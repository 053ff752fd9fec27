package io.asynq4j.lettuce;

import io.asynq4j.time.Handle;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
    private static final Logger log = LoggerFactory.getLogger(Subscriptions.class);

    private final Supplier<? extends CompletionStage<StatefulRedisPubSubConnection<String, String>>> dial;
    private final ClientResources resources;
    private final Duration patience;

    private final Object lock = new Object(); // guards the fields below, and is not held while anything is sent
    private final Map<String, List<Listener>> listeners = new HashMap<>();
    private @Nullable Link<Listening> link;
    private boolean closed;

    /** Somebody who listens; who does so twice is two. */
    private static final class Listener {
        final Consumer<String> message;

        Listener(Consumer<String> message) {
            this.message = message;
        }
    }

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
        var listener = new Listener(Objects.requireNonNull(message, "message"));
        Link<Listening> opened = null;
        Link<Listening> open;
        synchronized (lock) {
            if (closed) {
                return () -> {};
            }
            listeners
                    .computeIfAbsent(channel, none -> new CopyOnWriteArrayList<>())
                    .add(listener);
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
        return () -> remove(channel, listener);
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

    private void remove(String channel, Listener listener) {
        Link<Listening> unused = null;
        synchronized (lock) {
            var others = listeners.get(channel);
            if (others != null && others.remove(listener) && others.isEmpty()) {
                listeners.remove(channel);
            }
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
                                new Listening(connection, this::channels, this::tell, resources, patience)),
                Listening::keepUp);
    }

    private Set<String> channels() {
        synchronized (lock) {
            return Set.copyOf(listeners.keySet());
        }
    }

    private void tell(String channel, String message) {
        List<Listener> told;
        synchronized (lock) {
            told = listeners.getOrDefault(channel, List.of());
        }
        for (var listener : told) {
            try {
                listener.message.accept(message);
            } catch (RuntimeException failed) {
                log.warn("a listener of the channel {} failed", channel, failed);
            }
        }
    }
}
