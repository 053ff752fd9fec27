package io.asynq4j.jedis;

import io.asynq4j.time.Handle;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who listens to which channel, and the one thread that does, while there is somebody. A channel that nobody listens to any
 * more is not unsubscribed while others are; there are few.
 *
 * <p>Safe for use by many threads.
 */
final class Subscriptions {
    private static final Logger log = LoggerFactory.getLogger(Subscriptions.class);

    private final Servers servers;
    private final Timekeeper time;
    private final Duration patience;

    private final Object lock = new Object(); // guards the fields below, and is not held while anything is sent
    private final Map<String, List<Listener>> listeners = new HashMap<>();
    private @Nullable Listening listening;
    private boolean closed;

    /** Somebody who listens; who does so twice is two. */
    private static final class Listener {
        final Consumer<String> message;

        Listener(Consumer<String> message) {
            this.message = message;
        }
    }

    /** @param patience how long Redis may take to answer */
    Subscriptions(Servers servers, Timekeeper time, Duration patience) {
        this.servers = servers;
        this.time = time;
        this.patience = patience;
    }

    Handle add(String channel, Consumer<String> message) {
        var listener = new Listener(Objects.requireNonNull(message, "message"));
        Listening open;
        synchronized (lock) {
            if (closed) {
                return () -> {};
            }
            listeners
                    .computeIfAbsent(channel, none -> new CopyOnWriteArrayList<>())
                    .add(listener);
            open = listening;
            if (open == null) {
                listening = new Listening(servers, time, patience, this::channels, this::tell);
                listening.start();
            }
        }
        if (open != null) {
            open.subscribe(channel);
        }
        return () -> remove(channel, listener);
    }

    /** Nobody is told anything any more. */
    void close() {
        Listening open;
        synchronized (lock) {
            closed = true;
            open = listening;
            listening = null;
            listeners.clear();
        }
        if (open != null) {
            open.close();
        }
    }

    private void remove(String channel, Listener listener) {
        Listening unused = null;
        synchronized (lock) {
            var others = listeners.get(channel);
            if (others != null && others.remove(listener) && others.isEmpty()) {
                listeners.remove(channel);
            }
            if (listeners.isEmpty()) {
                unused = listening;
                listening = null;
            }
        }
        if (unused != null) {
            unused.close();
        }
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
