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
    private final ConcurrentMap<TaskKey, Attempt> attempts = new ConcurrentHashMap<>();

    void add(Attempt attempt) {
        attempts.put(attempt.key(), attempt);
    }

    /** Forgets {@code attempt}; a later one at the same task stays. */
    void remove(Attempt attempt) {
        attempts.remove(attempt.key(), attempt);
    }

    boolean contains(Attempt attempt) {
        return attempts.get(attempt.key()) == attempt;
    }

    /** Those here right now. */
    Collection<Attempt> snapshot() {
        return List.copyOf(attempts.values());
    }
}
