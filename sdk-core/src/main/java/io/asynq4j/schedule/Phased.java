package io.asynq4j.schedule;

import java.time.Instant;
import java.util.Optional;

/** A schedule that can pass over many times at once. */
interface Phased {
    /** How many times are looked at one by one where there is no other way. */
    int MOST_STEPS = 10_000;

    /**
     * A time from which {@link Schedule#next} goes on with the first one at {@code limit} or after it, as if it had gone through all that follow
     * {@code last}. Not before {@code last}.
     */
    Instant upTo(Instant last, Instant limit);

    /** Like {@link #upTo}, for any schedule. */
    static Instant upTo(Schedule schedule, Instant last, Instant limit) {
        if (schedule instanceof Phased phased) {
            return phased.upTo(last, limit);
        }
        var at = last;
        for (int step = 0; step < MOST_STEPS; step++) {
            Optional<Instant> next = schedule.next(at);
            if (next.isEmpty() || !next.get().isBefore(limit)) {
                return at;
            }
            at = next.get();
        }
        return limit.minusNanos(1);
    }
}
