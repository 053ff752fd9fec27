package io.asynq4j.testing;

import io.asynq4j.spi.Broker;
import io.asynq4j.spi.Ending;
import io.asynq4j.spi.Settled;
import io.asynq4j.spi.WakeUps;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * What goes wrong between a program and its broker, as a test wants it: no answers, lost answers, slow answers, a clock that
 * jumps. Goes around any broker, by way of {@link #wrap}.
 *
 * <p>Safe for use by many threads. Calls are told apart by the role of the broker that they belong to, such as
 * {@link io.asynq4j.spi.Submission} or {@link io.asynq4j.spi.Settlement}; without one, all calls are meant.
 */
public final class Faults {
    private static final int MOST_LISTED = 100_000;

    private final Timekeeper time;
    private final JumpingTime clock;

    private final Object lock = new Object(); // guards the fields below
    private final Set<Class<?>> away = new HashSet<>();
    private final Map<Class<?>, Integer> repliesToLose = new HashMap<>();
    private Instant awayUntil = Instant.MIN;
    private Duration latency = Duration.ZERO;

    /** What becomes of a call. */
    private enum Fate {
        LOST_ON_THE_WAY_THERE,
        LOST_ON_THE_WAY_BACK,
        ANSWERED
    }

    private Faults(Timekeeper time) {
        this.time = time;
        this.clock = new JumpingTime(time);
    }

    /** Nothing goes wrong yet. Outages and slow answers last by {@code time}. */
    public static Faults on(Timekeeper time) {
        return new Faults(Objects.requireNonNull(time, "time"));
    }

    /** {@code broker}, with whatever is wrong at the moment of each call. */
    public Broker wrap(Broker broker) {
        return BrokerProxy.of(broker, (method, args, next) -> {
            if (!Unavailable.canBe(method)) {
                var answer = next.make();
                return answer instanceof WakeUps.Watch watch
                        ? new FaultyWatch(watch, () -> fate(WakeUps.class) == Fate.ANSWERED)
                        : answer;
            }
            slowDown();
            return switch (fate(method.getDeclaringClass())) {
                case LOST_ON_THE_WAY_THERE -> Unavailable.answer(method, args);
                case LOST_ON_THE_WAY_BACK -> {
                    next.make();
                    yield Unavailable.answer(method, args);
                }
                case ANSWERED -> next.make();
            };
        });
    }

    /** The time, as shown by a clock that {@link #jumpClock} moves. Hand it to the server that is to be misled. */
    public Timekeeper clock() {
        return clock;
    }

    /** Calls do not arrive, until {@link #available}. */
    public void unavailable(Class<?>... roles) {
        synchronized (lock) {
            away.addAll(roles.length == 0 ? Set.of(Broker.class) : Set.of(roles));
        }
    }

    /** No call arrives for {@code duration}. */
    public void unavailableFor(Duration duration) {
        synchronized (lock) {
            awayUntil = time.instant().plus(duration);
        }
    }

    /** Calls arrive again. */
    public void available() {
        synchronized (lock) {
            away.clear();
            awayUntil = Instant.MIN;
        }
    }

    /** The next {@code calls} calls arrive and do what they do, and their answers are lost. */
    public void loseReplies(int calls, Class<?>... roles) {
        synchronized (lock) {
            for (var role : roles.length == 0 ? new Class<?>[] {Broker.class} : roles) {
                repliesToLose.put(role, calls);
            }
        }
    }

    /** Every call takes at least {@code latency}, and its caller waits for it; zero for no time at all. */
    public void slow(Duration latency) {
        synchronized (lock) {
            this.latency = latency;
        }
    }

    /** {@link #clock} jumps, forth or back; what is timed by duration is not touched. */
    public void jumpClock(Duration by) {
        clock.jump(by);
    }

    /**
     * Takes an active task from its worker, as a server does that takes the worker for dead: the task is due again at once, and
     * the worker learns of it at its next heartbeat, or when it writes its outcome.
     *
     * @param broker one that answers
     * @throws IllegalArgumentException when there is no such active task
     */
    public void loseLease(Broker broker, String queue, String id) {
        var never = Instant.ofEpochSecond(Integer.MAX_VALUE);
        var lease = broker.expired(queue, never, MOST_LISTED).leases().stream()
                .filter(one -> one.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no active task " + id + " in queue " + queue));
        var now = time.instant();
        var answers =
                broker.recover(List.of(new Ending.Retried(lease, now, "asynq: task lease expired", true)), never, now);
        if (answers.get(0) != Settled.WRITTEN) {
            throw new IllegalStateException("the lease of " + id + " was not taken: " + answers.get(0));
        }
    }

    /** Everything is well again, except for the clock. */
    public void end() {
        synchronized (lock) {
            away.clear();
            awayUntil = Instant.MIN;
            repliesToLose.clear();
            latency = Duration.ZERO;
        }
    }

    private Fate fate(Class<?> role) {
        synchronized (lock) {
            if (away.contains(role)
                    || away.contains(Broker.class)
                    || time.instant().isBefore(awayUntil)) {
                return Fate.LOST_ON_THE_WAY_THERE;
            }
            return takeOne(role) || takeOne(Broker.class) ? Fate.LOST_ON_THE_WAY_BACK : Fate.ANSWERED;
        }
    }

    private boolean takeOne(Class<?> role) {
        int left = repliesToLose.getOrDefault(role, 0);
        if (left > 0) {
            repliesToLose.put(role, left - 1);
        }
        return left > 0;
    }

    private void slowDown() throws InterruptedException {
        Duration wait;
        synchronized (lock) {
            wait = latency;
        }
        if (!wait.isZero()) {
            var over = new CompletableFuture<Void>();
            time.after(wait, () -> over.complete(null));
            time.await(over);
        }
    }
}
