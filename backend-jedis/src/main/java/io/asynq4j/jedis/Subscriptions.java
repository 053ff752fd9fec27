package io.asynq4j.jedis;

import io.asynq4j.redis.port.Listeners;
import io.asynq4j.time.Handle;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who listens to which channel, and the one thread that does, while there is somebody. A channel that nobody listens to any
 * more is not unsubscribed while others are; there are few.
 *
 * <p>Safe for use by many threads.
 */
final class Subscriptions {
    private final Servers servers;
    private final Timekeeper time;
    private final Duration patience;

    private final Listeners listeners = new Listeners();
    private final Object lock = new Object(); // guards the fields below, and is not held while anything is sent
    private @Nullable Listening listening;
    private boolean closed;

    /** @param patience how long Redis may take to answer */
    Subscriptions(Servers servers, Timekeeper time, Duration patience) {
        this.servers = servers;
        this.time = time;
        this.patience = patience;
    }

    Handle add(String channel, Consumer<String> message) {
        Listeners.Listener listener;
        Listening open;
        synchronized (lock) {
            if (closed) {
                return () -> {};
            }
            listener = listeners.add(channel, message);
            open = listening;
            if (open == null) {
                listening = new Listening(servers, time, patience, listeners::names, listeners::tell);
                listening.start();
            }
        }
        if (open != null) {
            open.subscribe(channel);
        }
        return () -> remove(listener);
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

    private void remove(Listeners.Listener listener) {
        Listening unused = null;
        synchronized (lock) {
            listeners.remove(listener);
            if (listeners.isEmpty()) {
                unused = listening;
                listening = null;
            }
        }
        if (unused != null) {
            unused.close();
        }
    }
}
