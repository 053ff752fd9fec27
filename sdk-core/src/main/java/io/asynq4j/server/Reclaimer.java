package io.asynq4j.server;

import io.asynq4j.spi.Grouping;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.util.Collection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives back what aggregators that are gone have staged, when its deadline has passed, and deletes what they have left. */
final class Reclaimer implements Loop.Turn {
    private static final Logger log = LoggerFactory.getLogger(Reclaimer.class);
    private static final int BATCH = 500;
    private static final Duration INTERVAL = Duration.ofMinutes(1); // sooner than a new set can be late

    private final Grouping broker;
    private final Collection<String> queues;
    private final Timekeeper time;

    Reclaimer(Grouping broker, Settings settings, Timekeeper time) {
        this.broker = broker;
        this.queues = settings.queues().keySet();
        this.time = time;
    }

    @Override
    public Duration runOnce() {
        var next = INTERVAL;
        for (var queue : queues) {
            var wait = reclaim(queue);
            next = wait.compareTo(next) < 0 ? wait : next;
            sweep(queue);
        }
        return next;
    }

    /** Gives back all that is late, and answers how long until more is. */
    private Duration reclaim(String queue) {
        int all = 0;
        Grouping.Reclaimed reclaimed;
        do {
            reclaimed = broker.reclaim(queue, time.instant(), BATCH);
            all += reclaimed.members();
        } while (reclaimed.members() == BATCH);
        if (all > 0) {
            log.warn("{} tasks of queue {} are back in their groups since aggregating them took too long", all, queue);
        }
        var deadline = reclaimed.nextDeadline();
        return deadline == null ? INTERVAL : Duration.between(time.instant(), deadline);
    }

    private void sweep(String queue) {
        int deleted;
        do {
            deleted = broker.sweep(queue, BATCH);
        } while (deleted == BATCH);
    }
}
