package io.asynq4j.server;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The attempts this server is responsible for: fetched, and their outcome not yet written. Their leases are extended while
 * they are here. Safe for use by many threads.
 */
final class Attempts {
    private final ConcurrentMap<Key, Attempt> attempts = new ConcurrentHashMap<>();

    void add(Attempt attempt) {
        attempts.put(Key.of(attempt), attempt);
    }

    /** Forgets {@code attempt}; a later one at the same task stays. */
    void remove(Attempt attempt) {
        attempts.remove(Key.of(attempt), attempt);
    }

    boolean contains(Attempt attempt) {
        return attempts.get(Key.of(attempt)) == attempt;
    }

    /** Those here right now. */
    Collection<Attempt> snapshot() {
        return List.copyOf(attempts.values());
    }

    /** Task ids are unique within a queue only. */
    private record Key(String queue, String id) {
        static Key of(Attempt attempt) {
            return new Key(attempt.queue(), attempt.taskId());
        }
    }
}
