package io.asynq4j.schedule;

import io.asynq4j.spi.Broker;
import io.asynq4j.spi.SchedulerInfo;
import io.asynq4j.task.BrokerUnavailableException;
import io.asynq4j.task.DuplicateTaskException;
import io.asynq4j.task.Options;
import io.asynq4j.task.Task;
import io.asynq4j.task.TaskIdConflictException;
import io.asynq4j.task.TaskInfo;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Enqueues tasks periodically. As many schedulers with the same entries may run as you like, in any processes: each time of
 * an entry is enqueued once, by the one that comes first, since the broker keeps the time of the last firing.
 *
 * <p>Safe for use by many threads. A scheduler is started once and closed once. The broker stays open, for whoever opened it
 * to close.
 */
public final class Scheduler implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Scheduler.class);

    private final Broker broker;
    private final ZoneId zone;
    private final SchedulerGround ground;
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final Leadership leadership;
    private final Rounds rounds;
    private final Beat beat;
    private final Turns turns;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    private final Object lock = new Object(); // guards changes of the field below
    private volatile State state = State.NEW;

    private enum State {
        NEW,
        RUNNING,
        CLOSED
    }

    Scheduler(
            Broker broker,
            ZoneId zone,
            SchedulerInfo self,
            Duration heartbeat,
            Leadership leadership,
            Rounds rounds,
            SchedulerGround ground) {
        this.broker = broker;
        this.zone = zone;
        this.leadership = leadership;
        this.rounds = rounds;
        this.ground = ground;
        beat = new Beat(broker, self, entries::values, heartbeat, ground.time());
        turns = new Turns("scheduler", this::turn, ground.time(), ground.executor());
    }

    /** Starts describing a scheduler that puts tasks on {@code broker}. */
    public static SchedulerBuilder builder(Broker broker) {
        return new SchedulerBuilder(broker);
    }

    /** Like {@link #register(PeriodicTask)}, for what needs no more than a text and a task. */
    public String register(String cron, Task task) {
        return register(PeriodicTask.of(cron, task));
    }

    /** Like {@link #register(PeriodicTask)}, with options over those of the task. */
    public String register(String cron, Task task, Options options) {
        return register(PeriodicTask.of(cron, task).with(options));
    }

    /**
     * Enqueues {@code periodic} from now on, once this scheduler is started. Does not ask the broker anything.
     *
     * <p>One that is known to the broker goes on where it was, whichever scheduler saw to it last; see
     * {@link PeriodicTask#onMissed} for the times between.
     *
     * @return its id: the name, or else a hash that is the same everywhere
     * @throws IllegalArgumentException when the text is no schedule, the task breaks a rule for what is stored, or there is one
     *     of this id already
     * @throws IllegalStateException when this scheduler is closed
     */
    public String register(PeriodicTask periodic) {
        var entry = Entry.of(periodic, zone, ground.time().instant());
        synchronized (lock) {
            if (state == State.CLOSED) {
                throw new IllegalStateException("the scheduler is closed");
            }
            if (entries.putIfAbsent(entry.id(), entry) != null) {
                throw new IllegalArgumentException("there is a periodic task with the id \"" + entry.id()
                        + "\" already; give one of them another name: " + periodic);
            }
            rounds.add(entry);
        }
        wakeIfRunning();
        return entry.id();
    }

    /** Enqueues this one no more; whether it was there. Its tasks stay as they are, and so does its history. */
    public boolean unregister(String id) {
        var entry = entries.remove(id);
        if (entry == null) {
            return false;
        }
        entry.remove();
        return true;
    }

    /**
     * Lets the entry make no tasks until {@link #resume}, in all schedulers, now and after restarts. What falls due meanwhile
     * is not made up for.
     *
     * @throws IllegalArgumentException when there is none of this id
     * @throws BrokerUnavailableException when no answer came
     */
    public void pause(String id) {
        pause(id, true);
    }

    /** Undoes {@link #pause}. */
    public void resume(String id) {
        pause(id, false);
    }

    /**
     * Enqueues a task of this entry at once, whatever its schedule and policies say, and also if it is paused.
     *
     * @throws IllegalArgumentException when there is none of this id
     * @throws TaskIdConflictException when the task's id is taken
     * @throws DuplicateTaskException when its unique lock is held
     * @throws BrokerUnavailableException when no answer came; the task may then be stored or not
     */
    public TaskInfo runNow(String id) {
        var entry = entry(id);
        return rounds.byHand(entry);
    }

    /** What is registered, in no order that matters. */
    public List<ScheduledEntry> entries() {
        return entries.values().stream().map(Entry::view).toList();
    }

    /**
     * The next {@code count} times of an entry, fewer if there are not as many; without jitter.
     *
     * @throws IllegalArgumentException when there is none of this id
     */
    public List<Instant> next(String id, int count) {
        return entry(id).next(ground.time().instant(), count);
    }

    /**
     * Starts enqueueing, on a thread of its own, and returns. Whether the broker can be reached is not asked: a scheduler that
     * finds none keeps trying.
     *
     * @throws IllegalStateException when this scheduler was started or closed before
     */
    public void start() {
        synchronized (lock) {
            if (state != State.NEW) {
                throw new IllegalStateException("a scheduler is started once, and this one is " + state);
            }
            state = State.RUNNING;
        }
        log.info("scheduling {} periodic tasks", entries.size());
        turns.wake();
    }

    /**
     * Starts, and returns after the scheduler was closed: by another thread, or by the end of the Java machine, which the
     * signals TERM and INT bring about.
     *
     * @throws IllegalStateException when this scheduler was started or closed before
     */
    public void run() {
        start();
        AtEnd.await(ground, closed, this::close);
    }

    /**
     * Asks the broker for a sign of life. A scheduler that is closed asks nothing, as in asynq.
     *
     * @throws BrokerUnavailableException when there is none
     */
    public void ping() {
        if (state != State.CLOSED) {
            broker.ping();
        }
    }

    /**
     * Enqueues nothing more, waits for what is on its way, and takes back what it has shown of itself; histories and the times
     * of last firings stay. Safe to call twice. Called by a listener, it does not wait.
     */
    @Override
    public void close() {
        var ended = stop();
        if (!inTurn()) {
            ground.await(ended);
        }
    }

    /** Like {@link #close}, without waiting. The stage ends when this is closed. */
    CompletionStage<Void> stop() {
        State before;
        synchronized (lock) {
            before = state;
            state = State.CLOSED;
        }
        if (before != State.CLOSED) {
            turns.stop().whenComplete((ended, failure) -> end(before == State.RUNNING));
        }
        return closed;
    }

    /** Whether this is called by a listener. */
    boolean inTurn() {
        return turns.inTurn();
    }

    private void end(boolean shown) {
        try {
            if (shown) {
                beat.end();
                leadership.end();
            }
        } catch (BrokerUnavailableException unavailable) {
            log.warn("the entries of this scheduler are shown until they lapse: {}", unavailable.getMessage());
        } finally {
            ground.closeOwn().run();
            closed.complete(null);
        }
    }

    private Duration turn() {
        var rest = leadership.leads() ? rounds.go() : rounds.watch();
        rest = rest.compareTo(leadership.again()) < 0 ? rest : leadership.again();
        var untilBeat = beat.beatIfDue();
        return rest.compareTo(untilBeat) < 0 ? rest : untilBeat;
    }

    private void pause(String id, boolean paused) {
        var entry = entry(id);
        var now = ground.time().instant();
        broker.pausePeriodic(entry.stored(now, now), paused);
        entry.paused(paused);
    }

    /**
     * The id that {@code periodic} has once it is registered.
     *
     * @throws IllegalArgumentException when it cannot be
     */
    String check(PeriodicTask periodic) {
        return Entry.of(periodic, zone, ground.time().instant()).id();
    }

    private Entry entry(String id) {
        var entry = entries.get(Objects.requireNonNull(id, "id"));
        if (entry == null) {
            throw new IllegalArgumentException("there is no periodic task with the id \"" + id + '"');
        }
        return entry;
    }

    private void wakeIfRunning() {
        if (state == State.RUNNING) {
            turns.wake();
        }
    }
}
