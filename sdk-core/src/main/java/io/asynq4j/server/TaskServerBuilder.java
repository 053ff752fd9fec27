package io.asynq4j.server;

import io.asynq4j.handler.Aggregator;
import io.asynq4j.handler.ContextKey;
import io.asynq4j.handler.ErrorHandler;
import io.asynq4j.handler.RetryPolicy;
import io.asynq4j.handler.TaskContext;
import io.asynq4j.handler.TaskListener;
import io.asynq4j.spi.ArchiveLimits;
import io.asynq4j.spi.Broker;
import io.asynq4j.task.Options;
import io.asynq4j.task.TaskException;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Describes a server. Every setting has a default; a wrong value is refused at once with
 * {@link IllegalArgumentException}. Used by one thread.
 */
public final class TaskServerBuilder {
    private static final Duration LEAST_LEASE = Duration.ofSeconds(3);

    private final Broker broker;
    private int concurrency = Runtime.getRuntime().availableProcessors();
    private Map<String, Integer> queues = Map.of(Options.DEFAULT_QUEUE, 1);
    private boolean strictPriority;
    private Duration checkInterval = Duration.ofSeconds(1);
    private Duration delayedCheckInterval = Duration.ofSeconds(5);
    private Duration janitorInterval = Duration.ofSeconds(8);
    private int janitorBatch = 100;
    private Duration lease = Duration.ofSeconds(30);
    private Duration leaseAllowance = Duration.ofSeconds(30);
    private int crashLimit = 5;
    private Duration cancelGrace = Duration.ofSeconds(1);
    private Duration shutdownTimeout = Duration.ofSeconds(8);
    private RetryPolicy retryPolicy = RetryPolicy.asynqDefault();
    private Predicate<Throwable> isFailure = failure -> true;
    private final GroupSettings.Builder groups = new GroupSettings.Builder();
    private @Nullable ErrorHandler errorHandler;
    private final List<TaskListener> listeners = new ArrayList<>();
    private final List<ServerObserver> observers = new ArrayList<>();
    private ArchiveLimits archive = ArchiveLimits.DEFAULT;
    private @Nullable Consumer<Optional<TaskException>> healthCheck;
    private Duration healthCheckInterval = Duration.ofSeconds(15);
    private UnaryOperator<TaskContext> context = UnaryOperator.identity();
    private final Resources.Builder resources = new Resources.Builder();

    TaskServerBuilder(Broker broker) {
        this.broker = broker;
    }

    /** How many tasks to work on at a time, at least 1. Default: the number of processors. */
    public TaskServerBuilder concurrency(int tasks) {
        concurrency = Check.atLeast("concurrency", 1, tasks);
        return this;
    }

    /**
     * The queues to work off, each with its weight, at least 1: when all have tasks, a queue gets the part of the slots
     * that its weight is of the sum. Default: the queue {@code default}.
     */
    public TaskServerBuilder queues(Map<String, Integer> weights) {
        queues = Check.queues(weights);
        return this;
    }

    /** Whether a queue is asked only while all queues of more weight have nothing to do. Default: no. */
    public TaskServerBuilder strictPriority(boolean strict) {
        strictPriority = strict;
        return this;
    }

    /**
     * How long to wait before looking again at queues that had nothing, more than zero. Default 1 s. Only where the broker cannot
     * tell of new tasks.
     */
    public TaskServerBuilder checkInterval(Duration interval) {
        checkInterval = Check.positive("check interval", interval);
        return this;
    }

    /**
     * How long to wait at most before looking again for tasks that are due, more than zero. Default 5 s. Only where the broker
     * cannot tell of them.
     */
    public TaskServerBuilder delayedCheckInterval(Duration interval) {
        delayedCheckInterval = Check.positive("delayed check interval", interval);
        return this;
    }

    /**
     * How often to look for completed tasks whose retention is over, more than zero. Default 8 s. Where there were none time after
     * time, it takes up to eight times as long.
     */
    public TaskServerBuilder janitorInterval(Duration interval) {
        janitorInterval = Check.positive("janitor interval", interval);
        return this;
    }

    /** How many of those tasks to delete in one step, at least 1. Default 100. */
    public TaskServerBuilder janitorBatchSize(int tasks) {
        janitorBatch = Check.atLeast("janitor batch size", 1, tasks);
        return this;
    }

    /**
     * How long a task belongs to this server without a sign of life, at least 3 s. It is extended at least six times in that time.
     * Default 30 s.
     */
    public TaskServerBuilder leaseDuration(Duration duration) {
        lease = Check.atLeast("lease duration", LEAST_LEASE, duration);
        return this;
    }

    /** How long after a lease has expired its task is taken back, for clocks that differ; 0 or more. Default 30 s. */
    public TaskServerBuilder leaseAllowance(Duration allowance) {
        leaseAllowance = Check.atLeast("lease allowance", Duration.ZERO, allowance);
        return this;
    }

    /**
     * How many workers in a row a task may have taken with it before it is archived, whatever retries are left; at least 1.
     * Default 5.
     */
    public TaskServerBuilder crashLimit(int crashes) {
        crashLimit = Check.atLeast("crash limit", 1, crashes);
        return this;
    }

    /** How long a cancelled handler may take to end before the attempt is settled without it, 0 or more. Default 1 s. */
    public TaskServerBuilder cancelGrace(Duration grace) {
        cancelGrace = Check.atLeast("cancel grace", Duration.ZERO, grace);
        return this;
    }

    /** How long closing waits for handlers before it cancels them, 0 or more. Default 8 s. */
    public TaskServerBuilder shutdownTimeout(Duration timeout) {
        shutdownTimeout = Check.atLeast("shutdown timeout", Duration.ZERO, timeout);
        return this;
    }

    /** Whether, when and for how long failed tasks are tried again. Default {@link RetryPolicy#asynqDefault()}. */
    public TaskServerBuilder retryPolicy(RetryPolicy policy) {
        retryPolicy = Objects.requireNonNull(policy, "retry policy");
        return this;
    }

    /**
     * Which failures use up a retry and are counted; the others are tried again all the same, as long as there are retries.
     * Default: all.
     */
    public TaskServerBuilder isFailure(Predicate<Throwable> test) {
        isFailure = Objects.requireNonNull(test, "isFailure");
        return this;
    }

    /** Told of each failed attempt before anything is written of it. Default: nobody. */
    public TaskServerBuilder errorHandler(ErrorHandler handler) {
        errorHandler = Objects.requireNonNull(handler, "error handler");
        return this;
    }

    /** One more that is told how attempts have ended, once the broker has confirmed it. Default: nobody. */
    public TaskServerBuilder listener(TaskListener listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
        return this;
    }

    /** One more that watches the server at work, for metrics; it must not block. Default: nobody. */
    public TaskServerBuilder observer(ServerObserver observer) {
        observers.add(Objects.requireNonNull(observer, "observer"));
        return this;
    }

    /** How many archived tasks of a queue are kept, and for how long: at least 1, and 1 s. Default 10,000 and 90 days. */
    public TaskServerBuilder archiveLimits(int size, Duration age) {
        archive = new ArchiveLimits(size, age);
        return this;
    }

    /** What makes one task out of the members of a group. Default: none, and groups are left to other servers. */
    public TaskServerBuilder aggregator(Aggregator aggregator) {
        groups.aggregator(aggregator);
        return this;
    }

    /**
     * A group is aggregated when nobody has joined it for this long, at least 1 s; a fraction counts as a whole second.
     * Default 1 minute.
     */
    public TaskServerBuilder groupGracePeriod(Duration period) {
        groups.gracePeriod(period);
        return this;
    }

    /**
     * A group is aggregated when its oldest member has waited for this long, whoever joins; a fraction counts as a whole
     * second. Default 0: no such limit.
     */
    public TaskServerBuilder groupMaxDelay(Duration delay) {
        groups.maxDelay(delay);
        return this;
    }

    /** How many members are aggregated at a time at most, and at once when there are so many. Default 0: no such limit. */
    public TaskServerBuilder groupMaxSize(int tasks) {
        groups.maxSize(tasks);
        return this;
    }

    /**
     * Told whether the broker answers a ping, every {@link #healthCheckInterval}: empty when it does, else why not. Called on a
     * thread of the server's own, which may wait. Default: nobody.
     */
    public TaskServerBuilder healthCheck(Consumer<Optional<TaskException>> told) {
        healthCheck = Objects.requireNonNull(told, "health check");
        return this;
    }

    /** How long after the start, and then after each check, the health check comes; more than zero. Default 15 s. */
    public TaskServerBuilder healthCheckInterval(Duration interval) {
        healthCheckInterval = Check.positive("health check interval", interval);
        return this;
    }

    /** A value that the context of every attempt has; one of the same key that was set before is hidden. Default: none. */
    public <T> TaskServerBuilder contextValue(ContextKey<T> key, T value) {
        Objects.requireNonNull(key, "context key");
        Objects.requireNonNull(value, "context value");
        var before = context;
        context = attempt -> before.apply(attempt).with(key, value);
        return this;
    }

    /** Where the server gets its time; not closed by it. Default: the system's time. */
    public TaskServerBuilder time(Timekeeper time) {
        resources.time(time);
        return this;
    }

    /**
     * What runs the handlers; not closed by the server, must never run an action on the calling thread, and needs a
     * thread for each slot. Default: virtual threads where Java has them, or else a pool.
     */
    public TaskServerBuilder handlerExecutor(Executor executor) {
        resources.handlers(executor);
        return this;
    }

    /** What runs the server's own loops; not closed by it, and must never run an action on the calling thread. */
    public TaskServerBuilder loopExecutor(Executor executor) {
        resources.loops(executor);
        return this;
    }

    /** The source of chance, used by many threads; tests pass a seeded one. */
    public TaskServerBuilder random(RandomGenerator random) {
        resources.random(random);
        return this;
    }

    /** The server, not started yet. */
    public TaskServer build() {
        return new TaskServer(broker, settings(), resources.build());
    }

    private Settings settings() {
        return new Settings(
                concurrency,
                queues,
                strictPriority,
                new Intervals(checkInterval, delayedCheckInterval, janitorInterval, janitorBatch),
                new Leasing(lease, leaseAllowance, crashLimit),
                cancelGrace,
                shutdownTimeout,
                new Failures(retryPolicy, isFailure, errorHandler, List.copyOf(listeners)),
                archive,
                new Health(healthCheck, healthCheckInterval),
                context,
                List.copyOf(observers),
                groups.build());
    }
}
