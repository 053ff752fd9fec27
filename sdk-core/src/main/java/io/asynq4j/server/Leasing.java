package io.asynq4j.server;

import java.time.Duration;

/** How long tasks are ours, and what becomes of those whose worker is gone. */
record Leasing(Duration duration, Duration allowance, int crashLimit) {
    private static final Duration SLOWEST_BEAT = Duration.ofSeconds(5);

    /** Six beats to a lease, and at least one every 5 s, since that is how long others take a server for alive. */
    Duration heartbeat() {
        var sixth = duration.dividedBy(6);
        return sixth.compareTo(SLOWEST_BEAT) < 0 ? sixth : SLOWEST_BEAT;
    }
}
