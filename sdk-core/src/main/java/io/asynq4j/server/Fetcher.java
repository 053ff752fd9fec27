package io.asynq4j.server;

import io.asynq4j.spi.Demand;
import io.asynq4j.spi.Demand.Share;
import io.asynq4j.spi.Fetching;
import io.asynq4j.spi.Lease;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Takes as many tasks as there are free slots. Knows slots and queue order, and no handlers. After a fetch without an answer it
 * first looks for what that has moved.
 */
final class Fetcher implements Loop.Turn {
    private final Fetching broker;
    private final Slots slots;
    private final QueueOrder order;
    private final Predicate<String> mayFetch;
    private final Consumer<Lease> runner;
    private final Settings settings;
    private final Timekeeper time;
    private final RandomGenerator random;
    private final String attempts;
    private final AtomicLong fetches = new AtomicLong();

    /** A fetch that may have moved tasks that we have not heard of. Used by turns only. */
    private @Nullable Demand unanswered;

    /**
     * @param mayFetch false for a queue while too many outcomes wait to be written
     * @param attempts begins the names of this server's attempts, and no other server's
     */
    Fetcher(
            Fetching broker,
            Slots slots,
            Predicate<String> mayFetch,
            Consumer<Lease> runner,
            Settings settings,
            Timekeeper time,
            RandomGenerator random,
            String attempts) {
        this.broker = broker;
        this.slots = slots;
        this.order = new QueueOrder(settings.queues(), settings.strictPriority(), random);
        this.mayFetch = mayFetch;
        this.runner = runner;
        this.settings = settings;
        this.time = time;
        this.random = random;
        this.attempts = attempts;
    }

    @Override
    public Duration runOnce() {
        int free = slots.free();
        if (free == 0) {
            return Loop.UNTIL_WOKEN;
        }
        var shares = shares(free);
        if (shares.isEmpty()) {
            return Loop.UNTIL_WOKEN;
        }
        var now = time.instant();
        var until = now.plus(settings.lease().duration());
        if (unanswered != null) {
            run(broker.fetched(unanswered.again(now, until)));
            unanswered = null;
            return Duration.ZERO;
        }
        var attempt = attempts + Long.toString(fetches.incrementAndGet(), 36);
        var demand = new Demand(shares, now, until, attempt);
        unanswered = demand;
        var leases = broker.fetch(demand);
        unanswered = null;
        run(leases);
        return leases.isEmpty() ? Backoff.around(settings.intervals().check(), random) : Duration.ZERO;
    }

    /** What to ask of the queues that may be fetched from; the first of them stands in for the others. */
    private List<Share> shares(int wanted) {
        var shares = new ArrayList<>(order.shares(wanted));
        shares.removeIf(share -> !mayFetch.test(share.queue()));
        int missing = wanted - shares.stream().mapToInt(Share::tasks).sum();
        if (missing > 0 && !shares.isEmpty()) {
            var first = shares.get(0);
            shares.set(0, new Share(first.queue(), first.tasks() + missing));
        }
        return shares;
    }

    private void run(List<Lease> leases) {
        for (var lease : leases) {
            slots.take();
            runner.accept(lease);
        }
    }
}
