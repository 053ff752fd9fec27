package io.asynq4j.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;

/**
 * Logs trouble that lasts when it is met for the first time, and again only when it was not met for ten minutes: calls that
 * meet it and calls that do not can take turns. Safe for use by many threads.
 */
final class Trouble {
    private static final Duration NOTHING_NEW = Duration.ofMinutes(10);

    private final Logger log;
    private final Map<String, Instant> lastMet = new ConcurrentHashMap<>(); // no more than errors of ten minutes

    Trouble(Logger log) {
        this.log = log;
    }

    /**
     * Tells what is the matter now.
     *
     * @param what cannot be done, for people
     * @param troubles where and why, each by itself; empty when all is well
     * @param now of any clock that goes on; an earlier time where it is not known does no harm
     */
    void report(String what, Collection<String> troubles, Instant now) {
        var old = now.minus(NOTHING_NEW);
        lastMet.values().removeIf(met -> met.isBefore(old));
        for (var trouble : troubles) {
            var text = what + ": " + trouble;
            if (lastMet.putIfAbsent(text, now) == null) {
                log.warn("{}", text);
            } else {
                lastMet.computeIfPresent(text, (same, before) -> before.isAfter(now) ? before : now);
            }
        }
    }
}
