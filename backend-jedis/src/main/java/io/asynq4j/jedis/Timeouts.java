package io.asynq4j.jedis;

import java.time.Duration;

/** How long to wait, more than zero each. */
record Timeouts(Duration connect, Duration command) {
    static final Timeouts DEFAULT = new Timeouts(Duration.ofSeconds(4), Duration.ofSeconds(5));

    Timeouts {
        positive("connect timeout", connect);
        positive("command timeout", command);
    }

    /** Of TLS and of each step of the login: ends before connecting does, so that it can be told what was not answered. */
    Duration login() {
        return connect.multipliedBy(3).dividedBy(4);
    }

    /** In the form that Jedis takes. */
    static int millis(Duration timeout) {
        return (int) Math.min(Integer.MAX_VALUE, Math.max(1, timeout.toMillis()));
    }

    private static void positive(String what, Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException(what + " must be more than zero: " + timeout);
        }
    }
}
