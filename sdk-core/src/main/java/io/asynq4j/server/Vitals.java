package io.asynq4j.server;

import io.asynq4j.task.BrokerUnavailableException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the loops of a server fare. Says once that the broker stopped answering, and once that it answers again, however
 * many loops notice. Safe for use by many threads.
 */
final class Vitals {
    private static final Logger log = LoggerFactory.getLogger(TaskServer.class);

    private final InstantSource time;
    private final Map<String, Instant> lastSuccess = new LinkedHashMap<>(); // guarded by this, like the next
    private final Set<String> failing = new HashSet<>();

    Vitals(InstantSource time) {
        this.time = time;
    }

    synchronized void succeeded(String loop) {
        lastSuccess.put(loop, time.instant());
        if (failing.remove(loop) && failing.isEmpty()) {
            log.info("the broker answers again");
        }
    }

    synchronized void failed(String loop, BrokerUnavailableException why) {
        if (failing.isEmpty()) {
            log.warn("the {} cannot reach the broker and keeps trying: {}", loop, why.getMessage());
        }
        failing.add(loop);
    }

    /** When each loop last had a turn that succeeded. */
    synchronized Map<String, Instant> lastSuccess() {
        return Map.copyOf(lastSuccess);
    }

    /** The loops whose last turn found no broker. */
    synchronized Set<String> failing() {
        return Set.copyOf(failing);
    }
}
