package io.asynq4j.server;

import io.asynq4j.handler.AsyncHandler;
import io.asynq4j.handler.CancelReason;
import io.asynq4j.handler.TaskMdc;
import io.asynq4j.spi.Broker;
import io.asynq4j.spi.ServerInfo;
import io.asynq4j.task.BrokerUnavailableException;
import io.asynq4j.task.Task;
import io.asynq4j.time.Timekeeper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts of a running server, put together: the path of a task, and the loops beside it. */
final class Engine {
    private static final Logger log = LoggerFactory.getLogger(TaskServer.class);

    private final Broker broker;
    private final Settings settings;
    private final Supplier<ServerInfo> server;
    private final Patience patience;
    private final Attempts attempts = new Attempts();
    private final Slots slots;
    private final Observation observation;
    private final Fetcher fetcher;
    private final Runner runner;
    private final Settler settler;
    private final Announcer announcer;
    private final Loop fetching;
    private final Loop settling;
    private final Loop announcing; // in user code, so nothing for the watchdog
    private final Loop forwarding;
    private final Loop beating;
    private final @Nullable Aggregating aggregating;
    private final List<Loop> housekeeping;
    private final @Nullable Loop checking; // in user code too
    private final Vitals vitals;
    private final Watchdog watchdog;
    private final Watching watching = new Watching();
    private final Canceller canceller;

    /** Where the engine runs: its time, its threads, and its source of chance. */
    record Surroundings(Timekeeper time, Loop.Threads threads, Executor handlers, RandomGenerator random) {}

    /**
     * @param name begins the names of this server's attempts, and of no other server's
     * @param server describes the server as it is at the moment
     */
    Engine(
            Broker broker,
            AsyncHandler<Task> handler,
            Settings settings,
            Surroundings around,
            String name,
            Supplier<ServerInfo> server) {
        this.broker = broker;
        this.settings = settings;
        this.server = server;
        var time = around.time;
        this.vitals = new Vitals(time);
        var shared = new Loop.Shared(time, around.threads, vitals, around.random);
        this.patience = new Patience(time);
        this.observation = new Observation(settings.observers(), time);
        this.slots = new Slots(settings.concurrency(), this::wakeFetching);
        this.announcer = new Announcer(settings.failures().listeners(), this::wakeAnnouncing);
        var judge = new Judge(settings.failures(), settings.archive(), time, around.random);
        this.settler = new Settler(
                broker,
                attempts,
                judge,
                announcer,
                observation,
                settings.unwrittenLimit(),
                time,
                this::wakeSettling,
                this::wakeFetching);
        var complaints = new Complaints(settings.failures().errorHandler(), settings.context(), settler::settle);
        this.runner = new Runner(
                inContext(handler),
                around.handlers,
                broker,
                attempts,
                slots,
                complaints,
                observation,
                time,
                settings.cancelGrace());
        this.fetcher = new Fetcher(
                broker,
                watching,
                slots,
                settler::hasRoom,
                runner::run,
                observation,
                settings,
                time,
                around.random,
                name);
        var heartbeat = new Heartbeat(broker, attempts, server, runner::cancel, settings, time);
        this.fetching = new Loop("fetcher", fetcher, shared);
        this.settling = new Loop("settler", settler, shared);
        this.announcing = new Loop("announcer", announcer, shared);
        var forwarder = new Forwarder(broker, watching, settings, time, this::wakeFetching);
        this.forwarding = new Loop("forwarder", forwarder, shared);
        this.canceller = new Canceller(broker, attempts, attempt -> runner.cancel(attempt, CancelReason.OPERATOR));
        this.beating = new Loop("heartbeat", heartbeat.andThen(canceller::look), shared);
        this.aggregating = Aggregating.of(broker, settings, shared, around.handlers);
        this.housekeeping = List.of(
                new Loop("recoverer", new Recoverer(broker, broker, settings, announcer, observation, time), shared),
                new Loop("reclaimer", new Reclaimer(broker, settings, time), shared),
                new Loop("examiner", new Examiner(broker, settings, time), shared),
                new Loop("janitor", new Janitor(broker, settings, time), shared));
        var told = settings.health().told();
        this.checking = told == null
                ? null
                : new Loop(
                        "health checker",
                        new HealthChecker(broker, told, settings.health().interval()),
                        shared);
        this.watchdog = new Watchdog(allLoops(), time);
    }

    void start() {
        observation.opened(settings.concurrency());
        watching.start(broker, this::wakeFetching, this::wakeForwarding);
        canceller.start();
        beating.start(Duration.ZERO);
        settling.start(Loop.UNTIL_WOKEN);
        announcing.start(Loop.UNTIL_WOKEN);
        forwarding.start(Duration.ZERO);
        housekeeping.forEach(loop -> loop.start(Duration.ZERO));
        if (aggregating != null) {
            aggregating.collecting().start(Duration.ZERO);
        }
        fetching.start(Duration.ZERO);
        if (checking != null) {
            checking.start(settings.health().interval());
        }
        watchdog.start();
    }

    /** How the loops fare; {@code fetching} says whether they should be fetching. */
    ServerHealth health(boolean fetching) {
        var stuck = watchdog.stuck();
        var failing = vitals.failing();
        var lastSuccess = vitals.lastSuccess();
        var problems = new ArrayList<String>();
        stuck.forEach(loop -> problems.add("the " + loop + " is stuck"));
        failing.stream().sorted().forEach(loop -> problems.add("the " + loop + " cannot reach the broker"));
        if (!fetching) {
            problems.add("the server is not fetching");
        } else if (!lastSuccess.containsKey("fetcher")) {
            problems.add("the broker has not answered yet");
        }
        return new ServerHealth(stuck.isEmpty(), problems.isEmpty(), problems, lastSuccess);
    }

    /** Fetches nothing more. Waits until what is being fetched is here, as long as a broker may take to answer. */
    void stopFetching() {
        patience.await(fetching.stop(), ANSWER);
    }

    int busySlots() {
        return slots.busy();
    }

    /** Stops in order: fetching, then running work, then writing, then the rest, heartbeat last. */
    void drain() {
        stopFetching();
        watching.close();
        forwarding.stop();
        if (aggregating != null) {
            patience.await(aggregating.collecting().stop(), ANSWER);
        }
        if (!patience.await(idle(), settings.shutdownTimeout())) {
            if (aggregating != null) {
                aggregating.aggregations().abandonAll();
            }
            attempts.snapshot().forEach(attempt -> runner.cancel(attempt, CancelReason.SHUTDOWN));
            patience.await(slots.idle(), settings.cancelGrace());
        }
        reportStuck();
        if (!patience.await(settler.empty(), ANSWER) || settler.blocked() > 0) {
            log.warn("not every outcome could be written; those tasks are run again when their leases have lapsed");
        }
        canceller.stop();
        housekeeping.forEach(Loop::stop);
        if (checking != null) {
            checking.stop();
        }
        patience.await(announcer.done(), ANSWER);
        announcing.stop();
        patience.await(
                CompletableFuture.allOf(
                        settling.stop().toCompletableFuture(), beating.stop().toCompletableFuture()),
                ANSWER);
        watchdog.stop();
        leave();
        observation.closed(settings.concurrency());
    }

    private CompletionStage<?> idle() {
        return aggregating == null
                ? slots.idle()
                : slots.idle().thenCombine(aggregating.aggregations().idle(), (slots, sets) -> true);
    }

    private AsyncHandler<Task> inContext(AsyncHandler<Task> handler) {
        return (task, context) -> handler.handle(task, settings.context().apply(context));
    }

    private List<Loop> allLoops() {
        var loops = new ArrayList<>(List.of(fetching, settling, forwarding, beating));
        loops.addAll(housekeeping);
        if (aggregating != null) {
            loops.add(aggregating.collecting());
        }
        return loops;
    }

    private void reportStuck() {
        for (var attempt : attempts.snapshot()) {
            if (!attempt.isDecided()) {
                TaskMdc.run(attempt, () -> reportStuck(attempt));
            }
        }
    }

    private static void reportStuck(Attempt attempt) {
        log.warn(
                "the handler of {} has not ended; the task is run again when its lease has lapsed{}",
                attempt,
                Stack.of(attempt.worker()));
    }

    private void leave() {
        try {
            broker.leave(server.get());
        } catch (BrokerUnavailableException unavailable) {
            log.debug("the server's record stays until it lapses: {}", unavailable.getMessage());
        }
    }

    private void wakeFetching() {
        fetcher.wake();
        fetching.wake();
    }

    private void wakeForwarding() {
        forwarding.wake();
    }

    private void wakeAnnouncing() {
        announcing.wake();
    }

    private void wakeSettling() {
        settling.wake();
    }

    /** Longer than any broker takes to answer, or to say that there is no answer. */
    private static final Duration ANSWER = Duration.ofSeconds(15);
}
