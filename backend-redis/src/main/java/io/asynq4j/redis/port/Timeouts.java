package io.asynq4j.redis.port;

import java.time.Duration;

/**
 * How long a driver waits, more than zero each.
 *
 * @param connect for a connection, with TLS and login
 * @param command for a reply
 */
public record Timeouts(Duration connect, Duration command) {
    /** 4 s and 5 s. */
    public static final Timeouts DEFAULT = new Timeouts(Duration.ofSeconds(4), Duration.ofSeconds(5));

    /** Refuses what is not more than zero. */
    public Timeouts {
        positive("connect timeout", connect);
        positive("command timeout", command);
    }

    /** Of TLS and of each step of the login: ends before connecting does, so that it can be told what was not answered. */
    public Duration login() {
        return connect.multipliedBy(3).dividedBy(4);
    }

    private static void positive(String what, Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException(what + " must be more than zero: " + timeout);
        }
    }
}
