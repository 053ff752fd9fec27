package io.asynq4j.server;

import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once that the broker stopped answering, and once that it answers again, however many loops notice. */
final class BrokerHealth {
    private static final Logger log = LoggerFactory.getLogger(TaskServer.class);

    private final Set<String> failing = new HashSet<>(); // guarded by this

    synchronized void failed(String loop, Throwable why) {
        if (failing.isEmpty()) {
            log.warn("the {} could not reach the broker and keeps trying: {}", loop, why.getMessage());
        }
        failing.add(loop);
    }

    synchronized void succeeded(String loop) {
        if (failing.remove(loop) && failing.isEmpty()) {
            log.info("the broker answers again");
        }
    }
}
