package io.asynq4j.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A time at which something is to be done.
 *
 * @param through up to when everything is settled after that
 */
record Shot(Instant planned, Instant through) {
    /**
     * What is due and comes next.
     *
     * @param shots those that are due at {@code now}, in order, {@code most} at most
     * @param base where the search for the time after those begins
     */
    record Due(List<Shot> shots, Instant base) {}

    /**
     * What is due after {@code last}.
     *
     * @param allowance how late a time may be before it is missed
     */
    static Due due(Schedule schedule, Missed missed, Instant last, Instant now, Duration allowance, int most) {
        var shots = new ArrayList<Shot>();
        var base = last;
        var first = schedule.next(last);
        if (first.isEmpty() || first.get().isAfter(now)) {
            return new Due(shots, base);
        }
        var window = missed.window().compareTo(allowance) > 0 ? missed.window() : allowance;
        var limit = now.minus(window);
        if (first.get().isBefore(limit)) {
            base = Phased.upTo(schedule, last, limit);
            if (missed.isOnce()) {
                shots.add(new Shot(first.get(), base.isBefore(first.get()) ? first.get() : base));
            }
        }
        for (var next = schedule.next(base);
                next.isPresent() && !next.get().isAfter(now) && shots.size() < most;
                next = schedule.next(base)) {
            base = next.get();
            shots.add(new Shot(base, base));
        }
        return new Due(shots, base);
    }
}
