package io.asynq4j.schedule;

import io.asynq4j.spi.Broker;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Scheduler} whose entries are those that a provider names, asked again and again: what is new is registered, what is
 * gone is unregistered, what is unchanged is left alone.
 *
 * <p>Safe for use by many threads. A manager is started once and closed once. The broker stays open, for whoever opened it to
 * close.
 */
public final class PeriodicTaskManager implements AutoCloseable {
    private final Scheduler scheduler;
    private final SchedulerGround ground;
    private final Sync sync;
    private final Duration interval;
    private final Turns turns;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    private PeriodicTaskManager(Builder builder) {
        ground = SchedulerGround.of(builder.time, builder.executor);
        var settings = Scheduler.builder(builder.broker).time(ground.time());
        if (builder.executor != null) {
            settings.executor(builder.executor);
        }
        builder.settings.accept(settings);
        scheduler = settings.build();
        sync = new Sync(scheduler, builder.provider);
        interval = builder.interval;
        turns = new Turns("periodic task manager", this::turn, ground.time(), ground.executor());
    }

    /** Starts describing a manager that puts the tasks of {@code provider} on {@code broker}. */
    public static Builder builder(Broker broker, PeriodicTaskConfigProvider provider) {
        return new Builder(Objects.requireNonNull(broker, "broker"), Objects.requireNonNull(provider, "provider"));
    }

    /**
     * Asks the provider, on this thread, and starts enqueueing, on threads of its own. An entry that is wrong is left out; see
     * {@link #problems}.
     *
     * @throws IllegalStateException when the provider could not tell, with its reason as the cause; or when this manager was
     *     started or closed before
     */
    public void start() {
        try {
            sync.begin();
        } catch (Exception failed) {
            throw new IllegalStateException("the periodic tasks could not be told: " + failed.getMessage(), failed);
        }
        scheduler.start();
        turns.wake();
    }

    /** Starts, and returns after the manager was closed, see {@link Scheduler#run}. */
    public void run() {
        start();
        AtEnd.await(ground, closed, this::close);
    }

    /** What the provider named last and could not be registered, and why it could not tell, in words for people. */
    public List<String> problems() {
        return sync.problems();
    }

    /** The scheduler that is kept up to date, to look at entries, to pause them, or to run one now. */
    public Scheduler scheduler() {
        return scheduler;
    }

    /**
     * Asks the provider no more, and closes the scheduler. Safe to call twice. Called by the provider or by a listener, it does
     * not wait.
     */
    @Override
    public void close() {
        turns.stop()
                .thenCompose(ended -> scheduler.stop()) // not waited for: its last turn may need the thread of this one
                .whenComplete((ended, failure) -> {
                    ground.closeOwn().run();
                    closed.complete(null);
                });
        if (!turns.inTurn() && !scheduler.inTurn()) {
            ground.await(closed);
        }
    }

    private Duration turn() {
        sync.again();
        return interval;
    }

    /** Describes a manager. Every setting has a default; a wrong value is refused at once. Used by one thread. */
    public static final class Builder {
        private final Broker broker;
        private final PeriodicTaskConfigProvider provider;
        private Duration interval = Duration.ofMinutes(3);
        private Consumer<SchedulerBuilder> settings = scheduler -> {};
        private @Nullable Timekeeper time;
        private @Nullable Executor executor;

        private Builder(Broker broker, PeriodicTaskConfigProvider provider) {
            this.broker = broker;
            this.provider = provider;
        }

        /** How often the provider is asked, more than zero. Default 3 minutes. */
        public Builder syncInterval(Duration interval) {
            if (interval.isZero() || interval.isNegative()) {
                throw new IllegalArgumentException("the sync interval must be more than zero: " + interval);
            }
            this.interval = interval;
            return this;
        }

        /** Changes the settings of the scheduler. Its time and executor are those of this builder. */
        public Builder scheduler(Consumer<SchedulerBuilder> settings) {
            this.settings = Objects.requireNonNull(settings, "settings");
            return this;
        }

        /** Where manager and scheduler get their time. Default: the system's. */
        public Builder time(Timekeeper time) {
            this.time = Objects.requireNonNull(time, "time");
            return this;
        }

        /** What manager and scheduler run on; stays open. Default: a daemon thread of its own for each. */
        public Builder executor(Executor executor) {
            this.executor = Objects.requireNonNull(executor, "executor");
            return this;
        }

        /** The manager. */
        public PeriodicTaskManager build() {
            return new PeriodicTaskManager(this);
        }
    }
}
