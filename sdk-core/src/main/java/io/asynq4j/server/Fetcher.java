package io.asynq4j.server;

import io.asynq4j.spi.Demand;
import io.asynq4j.spi.Demand.Share;
import io.asynq4j.spi.Fetching;
import io.asynq4j.spi.Lease;
import io.asynq4j.spi.WakeUps;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Takes as many tasks as there are free slots. Knows slots and queue order, and no handlers. After a fetch without an answer it
 * first looks for what that has moved. After one that found too little it asks to be told of more, and rests until then; where
 * nobody tells, it looks again and again. What it is told can get lost on the way like anything else, so it also looks now and
 * then, which is cheaper than to fetch.
 */
final class Fetcher implements Loop.Turn {
    /** For how long a lost message may leave tasks where they are. */
    private static final Duration CERTAIN = Duration.ofSeconds(4);

    private final Fetching broker;
    private final WakeUps.Watch watch;
    private final Slots slots;
    private final QueueOrder order;
    private final Predicate<String> mayFetch;
    private final Consumer<Lease> runner;
    private final Observation observation;
    private final Settings settings;
    private final Timekeeper time;
    private final RandomGenerator random;
    private final String attempts;
    private final AtomicLong fetches = new AtomicLong();

    /** A fetch that may have moved tasks that we have not heard of. Used by turns only. */
    private @Nullable Demand unanswered;

    /** Whether the last fetch got nothing of what there should have been. Used by turns only. */
    private boolean missed;

    /** When to look next if nothing is told. Used by turns only. */
    private @Nullable Instant lookAt;

    /** Whether the last turn found that there is nothing more to do for now. Used by turns only. */
    private boolean resting;

    /** Whether somebody has told of something to do since the last turn. */
    private volatile boolean woken;

    /**
     * @param watch tells when there is more
     * @param mayFetch false for a queue while too many outcomes wait to be written
     * @param attempts begins the names of this server's attempts, and no other server's
     */
    Fetcher(
            Fetching broker,
            WakeUps.Watch watch,
            Slots slots,
            Predicate<String> mayFetch,
            Consumer<Lease> runner,
            Observation observation,
            Settings settings,
            Timekeeper time,
            RandomGenerator random,
            String attempts) {
        this.broker = broker;
        this.watch = watch;
        this.slots = slots;
        this.order = new QueueOrder(settings.queues(), settings.strictPriority(), random);
        this.mayFetch = mayFetch;
        this.runner = runner;
        this.observation = observation;
        this.settings = settings;
        this.time = time;
        this.random = random;
        this.attempts = attempts;
    }

    /** Somebody is about to wake this. */
    void wake() {
        woken = true;
    }

    @Override
    public Duration runOnce() {
        var occasion = occasion();
        int free = slots.free();
        if (free == 0) {
            return Loop.UNTIL_WOKEN;
        }
        var shares = shares(free);
        if (shares.isEmpty()) {
            return Loop.UNTIL_WOKEN;
        }
        observation.looked(occasion);
        var next = look(shares);
        resting = next.compareTo(Duration.ZERO) > 0;
        return next;
    }

    private ServerObserver.Occasion occasion() {
        boolean told = woken;
        boolean rested = resting;
        woken = false;
        resting = false;
        return !rested
                ? ServerObserver.Occasion.BUSY
                : told ? ServerObserver.Occasion.WOKEN : ServerObserver.Occasion.POLLED;
    }

    private Duration look(List<Share> shares) {
        var now = time.instant();
        if (lookAt != null && !now.isBefore(lookAt) && unanswered == null && nothingToFetch(shares, now)) {
            return CERTAIN;
        }
        lookAt = null;
        var until = now.plus(settings.lease().duration());
        if (unanswered != null) {
            run(broker.fetched(unanswered.again(now, until)));
            unanswered = null;
            return Duration.ZERO;
        }
        var attempt = attempts + Long.toString(fetches.incrementAndGet(), 36);
        var demand = new Demand(shares, now, until, attempt);
        unanswered = demand;
        long begun = observation.now();
        var leases = broker.fetch(demand);
        unanswered = null;
        observation.fetched(demand.wanted(), leases.size(), begun);
        run(leases);
        return leases.size() == demand.wanted() ? Duration.ZERO : rest(demand, leases.isEmpty());
    }

    /**
     * How long to rest when there were fewer tasks than wanted. What is pending all the same has come in between, and is fetched
     * at once; but what cannot be fetched, since something is wrong with it, must not be tried in a circle.
     */
    private Duration rest(Demand demand, boolean nothing) {
        return switch (watch.pending(queues(demand.shares()))) {
            case NOTHING -> {
                missed = false;
                lookAt = time.instant().plus(CERTAIN);
                yield CERTAIN;
            }
            case SOMETHING -> {
                boolean again = nothing && missed;
                missed = nothing;
                yield again ? looking() : Duration.ZERO;
            }
            case UNTOLD -> nothing ? looking() : Duration.ZERO;
        };
    }

    private boolean nothingToFetch(List<Share> shares, Instant now) {
        lookAt = now.plus(CERTAIN);
        return watch.pending(queues(shares)) == WakeUps.Outlook.NOTHING;
    }

    private static List<String> queues(List<Share> shares) {
        return shares.stream().map(Share::queue).toList();
    }

    private Duration looking() {
        return Backoff.around(settings.intervals().check(), random);
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

    /** Starts each of them, also after one that cannot be started, as for want of a thread. */
    private void run(List<Lease> leases) {
        Throwable first = null;
        for (var lease : leases) {
            slots.take();
            try {
                runner.accept(lease);
            } catch (RuntimeException | Error failed) {
                first = first == null ? failed : first;
            }
        }
        if (first instanceof Error error) {
            throw error;
        }
        if (first instanceof RuntimeException exception) {
            throw exception;
        }
    }
}
