package io.asynq4j.server;

import io.asynq4j.spi.AggregationSet;
import io.asynq4j.spi.GroupTrigger;
import io.asynq4j.spi.Grouping;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Looks for groups that are due and has them aggregated: as many sets as there are, each group one before any gets another.
 * Wants to be woken when an aggregation has ended.
 */
final class Collector implements Loop.Turn {
    private static final Duration SLOWEST_TICK = Duration.ofSeconds(7); // as asynq's
    private static final int PAGE = 100;
    private static final int MOST_DUE = 1_000;

    private final Grouping broker;
    private final Aggregations aggregations;
    private final Setbacks setbacks;
    private final Collection<String> queues;
    private final GroupTrigger trigger;
    private final Duration tick;
    private final Timekeeper time;

    // All used by turns only.
    private final Deque<GroupKey> due = new ArrayDeque<>();
    private Instant nextLook = Instant.MIN;
    private @Nullable AggregationSet unsure;

    Collector(Grouping broker, Aggregations aggregations, Setbacks setbacks, Settings settings, Timekeeper time) {
        this.broker = broker;
        this.aggregations = aggregations;
        this.setbacks = setbacks;
        this.queues = settings.queues().keySet();
        this.trigger = settings.groups().trigger();
        var grace = Duration.ofSeconds(trigger.graceSeconds());
        this.tick = grace.compareTo(SLOWEST_TICK) < 0 ? grace : SLOWEST_TICK;
        this.time = time;
    }

    @Override
    public Duration runOnce() {
        if (unsure != null) { // staged or not: the aggregation finds out
            var set = unsure;
            unsure = null;
            aggregations.start(set);
        }
        if (due.isEmpty() && !time.instant().isBefore(nextLook)) {
            lookEverywhere();
        }
        while (!due.isEmpty() && aggregations.hasRoom()) {
            stage(due.remove());
        }
        var wait = Duration.between(time.instant(), nextLook);
        return !due.isEmpty() || wait.compareTo(tick) > 0 ? tick : wait;
    }

    private void lookEverywhere() {
        nextLook = time.instant().plus(tick);
        for (var queue : queues) {
            var page = new Grouping.Due(List.of(), null, Grouping.Due.START);
            do {
                page = broker.dueGroups(queue, trigger, time.instant(), page.cursor(), PAGE);
                page.groups().forEach(group -> remember(new GroupKey(queue, group)));
                lookAgain(page.nextDue());
            } while (!page.isLast() && due.size() < MOST_DUE);
            if (!page.isLast()) {
                lookAgain(time.instant());
            }
        }
    }

    private void remember(GroupKey group) {
        var until = setbacks.until(group);
        if (until == null) {
            due.add(group);
        } else {
            lookAgain(until);
        }
    }

    private void stage(GroupKey group) {
        var now = time.instant();
        var set = AggregationSet.of(
                group.queue(), group.group(), UUID.randomUUID().toString(), now);
        unsure = set;
        var staged = broker.stage(set, trigger, now);
        unsure = null;
        if (staged.members() > 0) {
            aggregations.start(set);
        }
        var next = staged.nextDue();
        if (next != null && !next.isAfter(now)) {
            due.add(group);
        } else {
            lookAgain(next);
        }
    }

    private void lookAgain(@Nullable Instant at) {
        if (at != null && at.isBefore(nextLook)) {
            nextLook = at;
        }
    }
}
