package io.asynq4j.server;

import io.asynq4j.spi.Ending;
import io.asynq4j.spi.Settled;
import io.asynq4j.spi.Settlement;
import io.asynq4j.spi.Upkeep;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes tasks back from workers that are gone: to be tried again at once, or archived when no retry is left. */
final class Recoverer implements Loop.Turn {
    private static final Logger log = LoggerFactory.getLogger(Recoverer.class);
    private static final int PAGE = 100;
    private static final Duration INTERVAL = Duration.ofSeconds(60);
    private static final Duration SOONEST = Duration.ofSeconds(1);

    private final Upkeep upkeep;
    private final Settlement settlement;
    private final Collection<String> queues;
    private final Duration allowance;
    private final int crashLimit;
    private final Timekeeper time;

    Recoverer(Upkeep upkeep, Settlement settlement, Settings settings, Timekeeper time) {
        this.upkeep = upkeep;
        this.settlement = settlement;
        this.queues = settings.queues().keySet();
        this.allowance = settings.leaseAllowance();
        this.crashLimit = settings.crashLimit();
        this.time = time;
    }

    @Override
    public Duration runOnce() {
        var next = INTERVAL;
        for (var queue : queues) {
            var wait = recover(queue);
            next = wait.compareTo(next) < 0 ? wait : next;
        }
        return next.compareTo(SOONEST) < 0 ? SOONEST : next;
    }

    /** Takes back one page, and answers how long until more can be. */
    private Duration recover(String queue) {
        var now = time.instant();
        var cutoff = now.minus(allowance);
        var expired = upkeep.expired(queue, cutoff, PAGE);
        if (!expired.attempts().isEmpty()) {
            var endings = expired.attempts().stream()
                    .map(lapsed -> ending(lapsed, now))
                    .toList();
            report(endings, settlement.recover(endings, cutoff, now));
        }
        if (expired.attempts().size() == PAGE) {
            return Duration.ZERO;
        }
        var nextExpiry = expired.nextExpiry();
        return nextExpiry == null ? INTERVAL : Duration.between(now, nextExpiry.plus(allowance));
    }

    private Ending ending(Upkeep.Lapsed lapsed, Instant now) {
        var lease = lapsed.lease();
        int crashes = lapsed.crashes() + 1;
        if (crashes >= crashLimit) {
            return new Ending.Archived(lease, "asynq4j: " + crashes + " workers in a row have died running this task");
        }
        return lease.message().progress().retried() >= lease.message().limits().maxRetry()
                ? new Ending.Archived(lease, ErrorText.LEASE_EXPIRED)
                : new Ending.Retried(lease, now, ErrorText.LEASE_EXPIRED, true);
    }

    private static void report(List<Ending> endings, List<Settled> answers) {
        for (int i = 0; i < endings.size(); i++) {
            if (answers.get(i) == Settled.WRITTEN) {
                var lease = endings.get(i).lease();
                var what = endings.get(i) instanceof Ending.Archived ? "archived" : "tried again";
                log.warn(
                        "the worker of {} {} of queue {} is gone: the task is {}",
                        lease.message().type(),
                        lease.id(),
                        lease.queue(),
                        what);
            }
        }
    }
}
