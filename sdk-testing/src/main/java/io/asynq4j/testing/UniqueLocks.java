package io.asynq4j.testing;

import io.asynq4j.spi.Placement;
import io.asynq4j.spi.Seconds;
import io.asynq4j.task.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The unique locks of one queue. Not safe for use by many threads. */
final class UniqueLocks {
    private final Map<Key, Held> held = new HashMap<>();

    /** What two tasks of a queue have in common that are the same for uniqueness. */
    record Key(String type, Payload payload) {
        static Key of(Placement placement) {
            return new Key(placement.message().type(), placement.lockOn());
        }

        /** A name for the task's record. */
        String name() {
            return "unique:" + type + ":" + (payload.isPresent() ? Integer.toHexString(payload.hashCode()) : "");
        }
    }

    private record Held(String id, Instant until) {}

    boolean isHeld(Key key, Instant now) {
        return holder(key, now) != null;
    }

    /** The id of the task that holds the lock; null when nobody does. */
    @Nullable
    String holder(Key key, Instant now) {
        var lock = held.get(key);
        return lock != null && now.isBefore(lock.until()) ? lock.id() : null;
    }

    void take(Key key, String id, Instant now, Duration lockFor) {
        held.put(key, new Held(id, now.plusSeconds(Seconds.up(lockFor))));
    }

    /** Lets go of the lock, if it is still that of {@code id}. */
    void release(Key key, String id) {
        var lock = held.get(key);
        if (lock != null && lock.id().equals(id)) {
            held.remove(key);
        }
    }
}
