package io.asynq4j.server;

import io.asynq4j.time.Handle;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports loops that have not turned for too long. Runs on timers alone, so that what stops loops does not stop it. */
final class Watchdog {
    private static final Logger log = LoggerFactory.getLogger(TaskServer.class);
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    /** Longer than any broker takes to answer. */
    private static final Duration TOO_LONG = Duration.ofSeconds(30);

    private final Collection<Loop> loops;
    private final Timekeeper time;

    private final Set<String> reported = new HashSet<>(); // guarded by this, like the next two
    private @Nullable Handle timer;
    private boolean stopped;

    Watchdog(Collection<Loop> loops, Timekeeper time) {
        this.loops = List.copyOf(loops);
        this.time = time;
    }

    synchronized void start() {
        if (!stopped) {
            timer = time.after(INTERVAL, this::look);
        }
    }

    synchronized void stop() {
        stopped = true;
        if (timer != null) {
            timer.close();
        }
    }

    /** The loops that are stuck right now. */
    List<String> stuck() {
        return loops.stream().filter(Watchdog::isStuck).map(Loop::name).toList();
    }

    private synchronized void look() {
        for (var loop : loops) {
            if (!isStuck(loop)) {
                reported.remove(loop.name());
            } else if (reported.add(loop.name())) {
                log.error(
                        "the {} has not turned for {} s{}",
                        loop.name(),
                        loop.late().toSeconds(),
                        Stack.of(loop.thread()));
            }
        }
        start();
    }

    private static boolean isStuck(Loop loop) {
        return loop.late().compareTo(TOO_LONG) > 0;
    }
}
