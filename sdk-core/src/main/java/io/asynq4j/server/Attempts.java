package io.asynq4j.server;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The attempts this server is responsible for: fetched, and their outcome not yet written. Their leases are extended while
 * they are here. Safe for use by many threads.
 */
final class Attempts {
    private final ConcurrentMap<TaskKey, Attempt> attempts = new ConcurrentHashMap<>();

    /** Answers the attempt at the same task that was here before, which has lost its lease; null for none. */
    @Nullable
    Attempt add(Attempt attempt) {
        return attempts.put(attempt.key(), attempt);
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
