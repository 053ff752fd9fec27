package io.asynq4j.server;

import io.asynq4j.handler.CancelReason;
import io.asynq4j.handler.TaskCancelledException;
import io.asynq4j.spi.ArchiveLimits;
import io.asynq4j.spi.Ending;
import io.asynq4j.spi.Settled;
import io.asynq4j.spi.Settlement;
import io.asynq4j.spi.Upkeep;
import io.asynq4j.task.BrokerUnavailableException;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes tasks back from workers that are gone: to be tried again at once, or archived when no retry is left. */
final class Recoverer implements Loop.Turn {
    private static final Logger log = LoggerFactory.getLogger(Recoverer.class);
    private static final int PAGE = 100;
    private static final Duration INTERVAL = Duration.ofSeconds(60);
    private static final Duration SOONEST = Duration.ofSeconds(1);
    private static final int NAMED = 10;

    /** Longer than it takes any server to notice that the broker answers again, see {@link Backoff}. */
    private static final Duration AFTER_OUTAGE = Duration.ofSeconds(10);

    private final Upkeep upkeep;
    private final Settlement settlement;
    private final Collection<String> queues;
    private final Duration interval;
    private final Duration allowance;
    private final int crashLimit;
    private final ArchiveLimits archive;
    private final Announcer announcer;
    private final Observation observation;
    private final Timekeeper time;

    private boolean away; // used by turns only

    Recoverer(
            Upkeep upkeep,
            Settlement settlement,
            Settings settings,
            Announcer announcer,
            Observation observation,
            Timekeeper time) {
        this.upkeep = upkeep;
        this.settlement = settlement;
        this.queues = settings.queues().keySet();
        this.allowance = settings.lease().allowance();
        this.interval = min(
                INTERVAL,
                settings.lease().duration().plus(allowance)); // no sooner can a lease lapse that is not there yet
        this.crashLimit = settings.lease().crashLimit();
        this.archive = settings.archive();
        this.announcer = announcer;
        this.observation = observation;
        this.time = time;
    }

    @Override
    public Duration runOnce() {
        try {
            return away ? waitForOthers() : recoverAll();
        } catch (BrokerUnavailableException unavailable) {
            away = true;
            throw unavailable;
        }
    }

    /**
     * While the broker was away, leases have expired whose workers are well: they get the time to extend them, and to write
     * what their handlers came to meanwhile.
     */
    private Duration waitForOthers() {
        upkeep.expired(queues.iterator().next(), Instant.EPOCH, 1); // throws while it still is
        away = false;
        return AFTER_OUTAGE;
    }

    private Duration recoverAll() {
        var next = interval;
        for (var queue : queues) {
            next = min(next, recover(queue));
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
            var answers = settlement.recover(endings, cutoff, now);
            report(endings, answers);
            announce(endings, answers, now);
            observation.recovered(queue, Collections.frequency(answers, Settled.WRITTEN));
        }
        if (expired.attempts().size() == PAGE) {
            return Duration.ZERO;
        }
        var nextExpiry = expired.nextExpiry();
        return nextExpiry == null ? interval : Duration.between(now, nextExpiry.plus(allowance));
    }

    private Ending ending(Upkeep.Lapsed lapsed, Instant now) {
        var lease = lapsed.lease();
        var last = FirstFailure.forget(lease);
        int crashes = lapsed.crashes() + 1;
        if (crashes >= crashLimit) {
            var why = "asynq4j: " + crashes + " workers in a row have died running this task";
            return new Ending.Archived(last, why, archive);
        }
        return lease.message().progress().retried() >= lease.message().limits().maxRetry()
                ? new Ending.Archived(last, ErrorText.LEASE_EXPIRED, archive)
                : new Ending.Retried(lease, now, ErrorText.LEASE_EXPIRED, true);
    }

    private void announce(List<Ending> endings, List<Settled> answers, Instant now) {
        for (int i = 0; i < endings.size(); i++) {
            if (answers.get(i) == Settled.WRITTEN) {
                announcer.confirmed(endings.get(i), new TaskCancelledException(CancelReason.LEASE_LOST), now);
            }
        }
    }

    /** One line however many there are: a worker that is gone leaves as many tasks as it had slots. */
    private static void report(List<Ending> endings, List<Settled> answers) {
        var again = new ArrayList<String>();
        for (int i = 0; i < endings.size(); i++) {
            if (answers.get(i) == Settled.WRITTEN) {
                var message = endings.get(i).lease().message();
                if (endings.get(i) instanceof Ending.Archived archived) {
                    log.warn(
                            "{} {} of queue {} is archived: {}",
                            message.type(),
                            message.id(),
                            message.queue(),
                            archived.error());
                } else {
                    again.add(message.type() + " " + message.id());
                }
            }
        }
        if (!again.isEmpty()) {
            log.warn(
                    "{} tasks of queue {} are tried again since their workers are gone: {}{}",
                    again.size(),
                    endings.get(0).lease().queue(),
                    String.join(", ", again.subList(0, Math.min(NAMED, again.size()))),
                    again.size() > NAMED ? " and others" : "");
        }
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
