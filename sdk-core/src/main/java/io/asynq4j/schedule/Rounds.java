package io.asynq4j.schedule;

import io.asynq4j.spi.Fired;
import io.asynq4j.spi.Firing;
import io.asynq4j.spi.Placement;
import io.asynq4j.spi.Schedules;
import io.asynq4j.spi.Standing;
import io.asynq4j.task.BrokerUnavailableException;
import io.asynq4j.task.TaskException;
import io.asynq4j.task.TaskInfo;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Looks which entries are due, and has their tasks stored. Used by one thread, except where it says otherwise. */
final class Rounds {
    /** How often what was left over is looked at, and what the broker failed to answer is asked again. */
    private static final Duration POLL = Duration.ofSeconds(1);

    /** How long to rest when nothing is due: clocks can be put forward. */
    private static final Duration LONGEST_REST = Duration.ofSeconds(30);

    /** How long to go on at most while there is more: beats, leadership and the end of the scheduler have to wait for that. */
    private static final Duration LONGEST_TURN = Duration.ofSeconds(1);

    private static final int BATCH = 200;

    private final Schedules broker;
    private final Timekeeper time;
    private final Duration allowance;
    private final Supplier<String> ids;
    private final Aftermath aftermath;

    private final Queue<Entry> arrivals = new ConcurrentLinkedQueue<>();
    private final List<Entry> strangers = new ArrayList<>(); // those of which the broker has not said how far they got
    private final PriorityQueue<Entry> agenda = new PriorityQueue<>(Comparator.comparing(Entry::wakeAt));

    Rounds(Schedules broker, Timekeeper time, Duration allowance, Supplier<String> ids, Aftermath aftermath) {
        this.broker = broker;
        this.time = time;
        this.allowance = allowance;
        this.ids = ids;
        this.aftermath = aftermath;
    }

    /** Takes an entry in. May be called by any thread. */
    void add(Entry entry) {
        arrivals.add(entry);
    }

    /**
     * Has nothing stored, since another scheduler does, and only learns how far the entries have got.
     *
     * @return how long until it should do so again
     */
    Duration watch() {
        var now = time.instant();
        strangers.addAll(agenda); // so that all are asked about, then and when this one leads
        agenda.clear();
        takeArrivals();
        join(now);
        return LONGEST_REST;
    }

    /**
     * Has stored what is due, or some of it when that is much.
     *
     * @return how long there is nothing to do then; zero or less when something is left
     * @throws BrokerUnavailableException when the broker did not answer
     */
    Duration go() {
        long begun = time.nanoTime();
        takeArrivals();
        join(time.instant());
        while (fireSome(time.instant())) {
            if (time.nanoTime() - begun >= LONGEST_TURN.toNanos()) {
                return Duration.ZERO;
            }
        }
        var next = agenda.peek();
        var rest = next == null ? LONGEST_REST : Duration.between(time.instant(), next.wakeAt());
        return rest.compareTo(LONGEST_REST) > 0 ? LONGEST_REST : rest;
    }

    /**
     * Stores a task of {@code entry} at once. May be called by any thread.
     *
     * @throws TaskException when it was refused, or no answer came
     */
    TaskInfo byHand(Entry entry) {
        var now = time.instant();
        var firing = entry.byHand(this::place, now);
        aftermath.before(entry, List.of(firing));
        var fired = broker.fire(List.of(firing)).get(0);
        if (fired.failure() != null) {
            throw fired.failure();
        }
        return aftermath.byHand(new Aftermath.Done(entry, firing, fired), now);
    }

    private void takeArrivals() {
        for (var entry = arrivals.poll(); entry != null; entry = arrivals.poll()) {
            strangers.add(entry);
        }
    }

    private void join(Instant now) {
        strangers.removeIf(Entry::isRemoved);
        while (!strangers.isEmpty()) {
            var some = strangers.subList(0, Math.min(BATCH, strangers.size()));
            var standings = broker.joinPeriodic(
                    some.stream().map(entry -> entry.stored(now, now)).toList(), now);
            for (int i = 0; i < some.size(); i++) {
                some.get(i).joined(standings.get(i));
                enter(some.get(i), now);
            }
            some.clear();
        }
    }

    /** Whether there may be more. */
    private boolean fireSome(Instant now) {
        var taken = new ArrayList<Entry>();
        for (var next = agenda.peek();
                next != null && !next.wakeAt().isAfter(now) && taken.size() < BATCH;
                next = agenda.peek()) {
            agenda.remove();
            taken.add(next);
        }
        try {
            return !taken.isEmpty() && fire(taken, now);
        } catch (Throwable bug) { // an entry that is on nobody's list would be due no more
            for (var entry : taken) {
                if (!entry.isRemoved() && !agenda.contains(entry)) {
                    entry.wakeAt(now.plus(POLL));
                    agenda.add(entry);
                }
            }
            throw bug;
        }
    }

    private boolean fire(List<Entry> taken, Instant now) {
        var batch = new LinkedHashMap<Entry, List<Firing>>();
        for (var entry : taken) {
            var firings = entry.isRemoved() ? List.<Firing>of() : entry.due(now, allowance, this::place);
            if (!firings.isEmpty()) {
                batch.put(entry, firings);
            } else if (!entry.isRemoved()) {
                enter(entry, now);
            }
        }
        if (batch.isEmpty()) {
            return true;
        }
        batch.forEach(aftermath::before);
        var all = batch.values().stream().flatMap(List::stream).toList();
        var silence = apply(batch, broker.fire(all), now);
        if (silence instanceof BrokerUnavailableException unavailable) {
            throw unavailable;
        }
        return true;
    }

    /** Takes the answers in; why the broker gave none, if there is not a single one. */
    private @Nullable TaskException apply(Map<Entry, List<Firing>> batch, List<Fired> answers, Instant now) {
        var done = new ArrayList<Aftermath.Done>();
        TaskException silence = null;
        int i = 0;
        for (var asked : batch.entrySet()) {
            var entry = asked.getKey();
            var open = new ArrayList<Firing>();
            for (var firing : asked.getValue()) {
                var answer = answers.get(i++);
                var standing = answer.standing();
                if (standing == null) {
                    open.add(firing);
                    silence = answer.outcome() == Fired.Outcome.UNKNOWN ? answer.failure() : silence;
                } else {
                    take(entry, firing, standing);
                    done.add(new Aftermath.Done(entry, firing, answer));
                }
            }
            entry.unanswered(open);
            enter(entry, now);
        }
        aftermath.record(done, now);
        return done.isEmpty() ? silence : null;
    }

    private static void take(Entry entry, Firing firing, Standing standing) {
        if (firing.kind() == Firing.Kind.DUE) {
            entry.fired(standing);
        } else {
            entry.settled(standing);
        }
    }

    private void enter(Entry entry, Instant now) {
        var wakeAt = entry.wakeAt(now, POLL, allowance);
        if (wakeAt != null) {
            entry.wakeAt(wakeAt.isBefore(now) ? now : wakeAt); // behind those that wait already, however much it missed
            agenda.add(entry);
        }
    }

    private Placement place(PeriodicTask periodic, Instant now) {
        var options = periodic.options();
        var named = options.taskId().isPresent()
                || periodic.task().options().taskId().isPresent();
        return Placement.of(periodic.task(), named ? options : options.taskId(ids.get()), now);
    }
}
