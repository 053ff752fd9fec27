package io.asynq4j.server;

import io.asynq4j.task.BrokerUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the loops of a server fare. Says once that the broker stopped answering, and once that it answers again, however
 * many loops notice; of short outages that follow soon, nothing. When one loop gets through again, the others try too. Safe
 * for use by many threads.
 */
final class Vitals {
    private static final Logger log = LoggerFactory.getLogger(TaskServer.class);

    /** After an outage, for how long another one is nothing new. */
    private static final Duration NOTHING_NEW = Duration.ofMinutes(1);

    /** An outage of that length is told even so. */
    private static final Duration SERIOUS = Duration.ofSeconds(5);

    private final InstantSource time;
    private final Map<String, Instant> lastSuccess = new LinkedHashMap<>(); // guarded by this, like all that follows
    private final Map<String, Runnable> failing = new LinkedHashMap<>(); // by loop: what makes it try again
    private Instant since = Instant.MIN;
    private Instant knownUntil = Instant.MIN;
    private boolean told;
    private int untold;

    Vitals(InstantSource time) {
        this.time = time;
    }

    /** A turn of {@code loop} has found the broker. */
    void succeeded(String loop) {
        noted(loop).forEach(Runnable::run); // without the lock, since loops have their own
    }

    private synchronized List<Runnable> noted(String loop) {
        lastSuccess.put(loop, time.instant());
        if (failing.remove(loop) == null) {
            return List.of();
        }
        if (failing.isEmpty()) {
            over();
        }
        return List.copyOf(failing.values());
    }

    /**
     * A turn of {@code loop} has found no broker.
     *
     * @param again makes the loop try again; does not block
     */
    synchronized void failed(String loop, BrokerUnavailableException why, Runnable again) {
        var now = time.instant();
        if (failing.isEmpty()) {
            since = now;
        }
        failing.put(loop, again);
        if (!told && (now.isAfter(knownUntil) || now.isAfter(since.plus(SERIOUS)))) {
            told = true;
            log.warn(
                    "the {} cannot reach the broker and keeps trying: {}{}",
                    loop,
                    why.getMessage(),
                    untold == 0 ? "" : " (" + untold + " short outages since the last one were not told)");
            untold = 0;
        }
    }

    /** When each loop last had a turn that succeeded. */
    synchronized Map<String, Instant> lastSuccess() {
        return Map.copyOf(lastSuccess);
    }

    /** The loops whose last turn found no broker. */
    synchronized Set<String> failing() {
        return Set.copyOf(failing.keySet());
    }

    private void over() {
        if (told) {
            told = false;
            knownUntil = time.instant().plus(NOTHING_NEW);
            log.info("the broker answers again");
        } else {
            untold++;
        }
    }
}
