package io.asynq4j.testing;

import io.asynq4j.client.TaskClient;
import io.asynq4j.handler.AsyncHandler;
import io.asynq4j.server.TaskServerBuilder;
import io.asynq4j.spi.Broker;
import io.asynq4j.spi.Fired;
import io.asynq4j.spi.Firing;
import io.asynq4j.spi.Grouping;
import io.asynq4j.spi.Placement;
import io.asynq4j.spi.Schedules;
import io.asynq4j.spi.Submission;
import io.asynq4j.task.EnqueueOutcome;
import io.asynq4j.task.Task;
import io.asynq4j.task.TaskInfo;
import io.asynq4j.task.TaskState;
import io.asynq4j.task.TaskType;
import java.lang.reflect.Method;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A client, a server and a clock in one object, on an in-memory broker. Nothing happens by itself: a test enqueues, moves
 * time, and looks at what became of it. The same test does the same every time.
 *
 * <p>Moving time runs all that falls due, in order, on the calling thread; each handler finds the clock at its instant.
 * A blocking handler takes no virtual time. A stage that ends on another thread is waited for, for real and at most for the
 * {@link Builder#patience patience}, before time goes on; one that waits for virtual time ({@link VirtualTime#after},
 * coroutines on it) is not. Tasks without an id get {@code task-000001} and so on.
 *
 * <p>Any thread may enqueue and look; one thread moves time. Closing closes the server, client and broker; no thread is left,
 * since none is started.
 */
public final class TestTasks implements TaskViews, AutoCloseable {
    private final VirtualTime time;
    private final InMemoryBroker memory;
    private final Faults faults;
    private final Broker broker;
    private final TaskClient client;
    private final Handlers handlers;
    private final Fleet fleet;
    private final Drive drive;
    private final Mode mode;
    private final Recorder recorder = new Recorder();

    private TestTasks(Builder builder) {
        mode = builder.mode;
        time = VirtualTime.startingAt(builder.start);
        memory = InMemoryBroker.on(time);
        faults = Faults.on(time);
        var faulty = faults.wrap(recorder.around(memory));
        broker = mode == Mode.INLINE ? BrokerProxy.of(faulty, this::submitAndRun) : faulty;
        var ids = new AtomicLong();
        client = TaskClient.of(
                broker, faults.clock(), () -> String.format(Locale.ROOT, "task-%06d", ids.incrementAndGet()));
        var guard = new LoopGuard(time, builder.mostRuns);
        handlers = new Handlers(time, guard);
        var random = new Random(builder.seed);
        fleet = new Fleet(time, faults.clock(), memory, broker, handlers, builder.settings, random);
        drive = new Drive(time, faults.clock(), memory, fleet, handlers, guard, builder.patience);
    }

    /** Runs tasks in virtual time, with the defaults of {@link Builder}. */
    public static TestTasks create() {
        return builder().build();
    }

    /** Runs no tasks: see {@link Mode#RECORD}. */
    public static TestTasks recording() {
        return builder().mode(Mode.RECORD).build();
    }

    /** Runs tasks as they are enqueued: see {@link Mode#INLINE}. */
    public static TestTasks inline() {
        return builder().mode(Mode.INLINE).build();
    }

    /** Starts describing one that differs from the default. */
    public static Builder builder() {
        return new Builder();
    }

    /** The client for the code under test; closed with this. */
    public TaskClient client() {
        return client;
    }

    /** For code under test that makes clients of its own, which should then live by {@link #time()}; closed with this. */
    public Broker broker() {
        return broker;
    }

    /** The clock. Code under test that asks for the time should ask this one. */
    public VirtualTime time() {
        return time;
    }

    /** What goes wrong, from now on: outages, lost answers, slow answers, clocks that jump. */
    public Faults faults() {
        return faults;
    }

    /**
     * Hands tasks to {@code handler}, mostly a {@link io.asynq4j.handler.TaskRouter}, instead of to the one before. It runs
     * when time is moved, or at once if the mode is inline; never when recording.
     */
    public void handle(AsyncHandler<Task> handler) {
        Objects.requireNonNull(handler, "handler");
        if (mode != Mode.RECORD) {
            handlers.use(handler);
        }
    }

    /**
     * Moves time by {@code duration} and runs everything that falls due on the way.
     *
     * @throws IllegalStateException when tasks go on enqueueing tasks without time moving, or a stage that ends elsewhere does
     *     not; it names them
     */
    public void advance(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("time cannot move back: " + duration);
        }
        drive.runTo(time.instant().plus(duration));
    }

    /** Like {@link #advance}, to {@code target}, which must not have passed. */
    public void advanceTo(Instant target) {
        drive.runTo(target);
    }

    /** Like {@link #advance}, by nothing: runs what is due now. */
    public void runDue() {
        drive.runDue();
    }

    /**
     * Moves time until no task waits, is scheduled, is to be retried or runs, which takes 20 virtual days for a task that fails
     * every time. What the server does periodically is not waited for, nor are paused queues and queues without a server.
     *
     * @throws IllegalStateException also when more than {@link Builder#mostRuns} tasks of a type have run, or nothing happens
     */
    public void advanceUntilIdle() {
        drive.runUntilIdle();
    }

    /**
     * The server dies as if its process had been killed: handlers that run are not waited for, and nothing more is written.
     * Another one takes its place when time moves; it finds the tasks when their leases have lapsed. Called by a handler, this
     * does not return: it throws an {@link Error} that the handler must let through.
     */
    public void killServer() {
        fleet.kill();
        if (handlers.inside()) {
            throw new ServerKilledError();
        }
    }

    /** Lets a queue give no tasks until {@link #unpause}. */
    public void pause(String queue) {
        memory.pause(queue);
    }

    public void unpause(String queue) {
        memory.unpause(queue);
    }

    /** All that was ever enqueued, by handlers and aggregators too, in order and as it was then; refused tasks left out. */
    public List<TaskView> enqueued() {
        return recorder.all();
    }

    /** Those of {@link #enqueued()} that are of this type. */
    public List<TaskView> enqueued(TaskType<?> type) {
        return recorder.all().stream()
                .filter(task -> task.type().equals(type.name()))
                .toList();
    }

    @Override
    public List<TaskView> tasks(TaskState state) {
        return TaskViews.of(memory, state);
    }

    /** What the broker holds, servers and counters included. */
    public BrokerView view() {
        return memory;
    }

    /**
     * Expects that a task of this type was enqueued, and answers the first.
     *
     * @throws AssertionError when none was, with all that were
     */
    public <T> TaskView assertEnqueued(TaskType<T> type) {
        return assertEnqueued(type, value -> true);
    }

    /** Like {@link #assertEnqueued(TaskType)}, with a payload that passes {@code test}. */
    public <T> TaskView assertEnqueued(TaskType<T> type, Predicate<T> test) {
        return enqueued(type).stream()
                .filter(task -> test.test(task.payload(type)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("expected a task of type \"" + type.name()
                        + "\" to have been enqueued, but these were: " + recorder));
    }

    /** Expects that no task of this type was enqueued. */
    public void assertNotEnqueued(TaskType<?> type) {
        var found = enqueued(type);
        if (!found.isEmpty()) {
            throw new AssertionError("expected no task of type \"" + type.name() + "\" to have been enqueued, but "
                    + found.size() + " were: " + TaskViews.lines(found));
        }
    }

    /** Expects that nothing was enqueued. */
    public void assertNothingEnqueued() {
        if (!enqueued().isEmpty()) {
            throw new AssertionError("expected nothing to have been enqueued, but these were: " + recorder);
        }
    }

    /** Closes server, client and broker. The server gets what it needs of virtual time. Safe to call twice. */
    @Override
    public void close() {
        faults.end();
        fleet.close();
        client.close();
        memory.close();
    }

    /** All tasks that there are, a line each. */
    @Override
    public String toString() {
        return "TestTasks at " + time.instant() + ": " + TaskViews.describe(memory);
    }

    private @Nullable Object submitAndRun(Method method, Object[] args, BrokerProxy.Call next) throws Throwable {
        var answer = next.make();
        if (method.getDeclaringClass() == Submission.class || method.getDeclaringClass() == Schedules.class) {
            drive.runDueHere();
        }
        return answer;
    }

    /** Remembers what the broker has taken in. Safe for use by many threads. */
    private static final class Recorder {
        private final List<TaskView> all = new ArrayList<>(); // guarded by itself

        Broker around(Broker broker) {
            return BrokerProxy.of(broker, (method, args, next) -> {
                var answer = next.make();
                if (method.getDeclaringClass() == Submission.class && answer instanceof CompletionStage<?> outcomes) {
                    outcomes.thenAccept(list -> ((List<?>) list).forEach(this::add));
                }
                if (method.getName().equals("fire")
                        && args[0] instanceof List<?> firings
                        && answer instanceof List<?> all) {
                    for (int i = 0; i < all.size(); i++) {
                        add(firings.get(i), all.get(i));
                    }
                }
                if (answer == Grouping.Finished.WRITTEN && args[2] instanceof Placement aggregated) {
                    add(aggregated.info());
                }
                return answer;
            });
        }

        List<TaskView> all() {
            synchronized (all) {
                return List.copyOf(all);
            }
        }

        private void add(@Nullable Object outcome) {
            if (outcome instanceof EnqueueOutcome.Accepted accepted) {
                add(accepted.task());
            }
        }

        private void add(@Nullable Object firing, @Nullable Object fired) {
            if (firing instanceof Firing asked
                    && fired instanceof Fired answer
                    && answer.outcome() == Fired.Outcome.STORED) {
                add(asked.task().info());
            }
        }

        private void add(TaskInfo info) {
            synchronized (all) {
                all.add(TaskView.of(new StoredTask(info, info.nextProcessAt().orElse(Instant.EPOCH), null)));
            }
        }

        @Override
        public String toString() {
            var tasks = all();
            return tasks.isEmpty() ? "none" : TaskViews.lines(tasks);
        }
    }

    /** What leaves a handler whose server is gone. Not an exception, so that few handlers catch it. */
    private static final class ServerKilledError extends Error {
        private static final long serialVersionUID = 1;

        ServerKilledError() {
            super("the server was killed", null, false, false);
        }
    }

    /** Describes a {@link TestTasks}. Used by one thread. */
    public static final class Builder {
        private Mode mode = Mode.VIRTUAL_TIME;
        private Instant start = Instant.parse("2026-01-01T00:00:00Z");
        private long seed = 1;
        private int mostRuns = 10_000;
        private Duration patience = Duration.ofSeconds(5);
        private Consumer<TaskServerBuilder> settings = server -> {};

        private Builder() {}

        /** When tasks run. Default: in virtual time. */
        public Builder mode(Mode mode) {
            this.mode = Objects.requireNonNull(mode, "mode");
            return this;
        }

        /** What the clock shows first. Default: the start of 2026 in UTC. */
        public Builder startingAt(Instant start) {
            this.start = Objects.requireNonNull(start, "start");
            return this;
        }

        /** Of all chance there is: jitter, waits before retries, the order of queues. Default 1. */
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /**
         * How many tasks of one type may run at one instant, or in one {@code advanceUntilIdle}, beyond those that were there
         * before: a guard against tasks that enqueue themselves for ever. At least 1, default 10,000.
         */
        public Builder mostRuns(int tasks) {
            if (tasks < 1) {
                throw new IllegalArgumentException("most runs must be at least 1: " + tasks);
            }
            mostRuns = tasks;
            return this;
        }

        /**
         * How long to wait, in real time, for a stage that ends on another thread. Zero is not at all: virtual time then goes
         * on, so that a stage which never ends meets its deadline. Default 5 s.
         */
        public Builder patience(Duration patience) {
            if (patience.isNegative()) {
                throw new IllegalArgumentException("patience must not be negative: " + patience);
            }
            this.patience = patience;
            return this;
        }

        /**
         * Changes the server's settings: retries, leases, queues. Unless this names queues, all queues that tasks are put on are
         * worked off alike; those that turn up later than the first task by a server of their own with the same settings.
         */
        public Builder server(Consumer<TaskServerBuilder> settings) {
            this.settings = Objects.requireNonNull(settings, "settings");
            return this;
        }

        /** The test's tasks, to be closed. */
        public TestTasks build() {
            return new TestTasks(this);
        }
    }
}
