package io.asynq4j.redis.port;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who listens to what: the same for every driver, which has only to open and close the connection over which it comes.
 *
 * <p>Safe for use by many threads. A driver that acts on the first one or the last one does both under a lock of its own,
 * which it does not hold while it tells.
 */
public final class Listeners {
    private static final Logger log = LoggerFactory.getLogger(Listeners.class);

    private final Map<String, List<Listener>> byName = new ConcurrentHashMap<>(); // the lists are not changed

    /** Somebody who listens; who does so twice is two. Made by {@link #add}. */
    public static final class Listener {
        private final String name;
        private final Consumer<String> message;

        private Listener(String name, Consumer<String> message) {
            this.name = name;
            this.message = Objects.requireNonNull(message, "message");
        }
    }

    /** From now on {@code message} is told what comes under {@code name}. */
    public Listener add(String name, Consumer<String> message) {
        var added = new Listener(name, message);
        byName.compute(name, (same, before) -> {
            var all = new ArrayList<>(before == null ? List.of() : before);
            all.add(added);
            return List.copyOf(all);
        });
        return added;
    }

    /** That one is told nothing any more; without effect the second time. */
    public void remove(Listener listener) {
        byName.computeIfPresent(listener.name, (same, before) -> {
            var left = before.stream().filter(other -> other != listener).toList();
            return left.isEmpty() ? null : left;
        });
    }

    /** Nobody is told anything any more. */
    public void clear() {
        byName.clear();
    }

    /** Tells everybody who listens to {@code name}, on this thread; what one of them throws is logged, and the others go on. */
    public void tell(String name, String message) {
        for (var listener : byName.getOrDefault(name, List.of())) {
            try {
                listener.message.accept(message);
            } catch (RuntimeException failed) {
                log.warn("a listener of the channel {} failed", name, failed);
            }
        }
    }

    /** What somebody listens to, as of now. */
    public Set<String> names() {
        return Set.copyOf(byName.keySet());
    }

    /** Whether nobody listens. */
    public boolean isEmpty() {
        return byName.isEmpty();
    }
}
