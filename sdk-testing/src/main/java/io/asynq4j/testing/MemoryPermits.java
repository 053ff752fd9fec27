package io.asynq4j.testing;

import io.asynq4j.spi.Seconds;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Who has which permits. Not safe for use by many threads. */
final class MemoryPermits {
    private final Map<String, Map<String, Long>> scopes = new HashMap<>(); // holder -> expiry, unix seconds

    boolean acquire(String scope, String holder, int permits, Instant expiresAt, Instant now) {
        var taken = scopes.computeIfAbsent(scope, none -> new HashMap<>());
        taken.values().removeIf(expiry -> expiry < now.getEpochSecond());
        if (!taken.containsKey(holder) && taken.size() >= permits) {
            return false;
        }
        taken.put(holder, Seconds.up(expiresAt));
        return true;
    }

    boolean release(String scope, String holder, Instant expiresAt) {
        var taken = scopes.getOrDefault(scope, Map.of());
        var expiry = taken.get(holder);
        return expiry != null && expiry <= Seconds.up(expiresAt) && taken.remove(holder, expiry);
    }
}
