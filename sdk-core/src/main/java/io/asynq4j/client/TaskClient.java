package io.asynq4j.client;

import io.asynq4j.spi.Await;
import io.asynq4j.spi.Broker;
import io.asynq4j.spi.Placement;
import io.asynq4j.spi.Signals;
import io.asynq4j.spi.Submission;
import io.asynq4j.task.BrokerUnavailableException;
import io.asynq4j.task.DuplicateTaskException;
import io.asynq4j.task.EnqueueOutcome;
import io.asynq4j.task.Options;
import io.asynq4j.task.QueueNames;
import io.asynq4j.task.Task;
import io.asynq4j.task.TaskIdConflictException;
import io.asynq4j.task.TaskInfo;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts tasks on queues, and asks for them not to be worked on.
 *
 * <p>Safe for use by many threads. Closing a client waits for what it has on its way; the broker stays open, for whoever
 * opened it to close.
 */
public final class TaskClient implements AutoCloseable {
    private final Submission submission;
    private final Signals signals;
    private final InstantSource time;
    private final Supplier<String> ids;
    private final PayloadGuard guard;
    private final EnqueueMiddleware.@Nullable Enqueuer around;
    private final InFlight inFlight = new InFlight();

    /** @param middleware the first is outermost */
    TaskClient(
            Submission submission,
            Signals signals,
            InstantSource time,
            Supplier<String> ids,
            PayloadGuard guard,
            List<EnqueueMiddleware> middleware) {
        this.submission = submission;
        this.signals = signals;
        this.time = time;
        this.ids = ids;
        this.guard = guard;
        this.around = around(middleware);
    }

    /** A client of {@code broker} that lives by the system's clock. */
    public static TaskClient of(Broker broker) {
        return of(broker, InstantSource.system());
    }

    /** A client that lives by {@code time}, which tests control. */
    public static <B extends Submission & Signals> TaskClient of(B broker, InstantSource time) {
        return builder(broker).time(time).build();
    }

    /**
     * A client that gives tasks without an id of their own one of {@code ids}.
     *
     * @param ids answers another id each time, to many threads at once
     */
    public static <B extends Submission & Signals> TaskClient of(B broker, InstantSource time, Supplier<String> ids) {
        return builder(broker).time(time).ids(ids).build();
    }

    /** Starts describing a client of {@code broker}. */
    public static <B extends Submission & Signals> TaskClientBuilder builder(B broker) {
        return new TaskClientBuilder(broker, broker);
    }

    /** Like {@link #enqueue(Task, Options)} with the task's own options. */
    public TaskInfo enqueue(Task task) {
        return enqueue(task, Options.defaults());
    }

    /**
     * Like {@link #enqueueAsync(Task, Options)}, but waits for the broker's answer, at most for its command timeout. An
     * interrupted thread stops waiting with a {@link BrokerUnavailableException}, and stays interrupted.
     */
    public TaskInfo enqueue(Task task, Options options) {
        return Await.answer(enqueueAsync(task, options));
    }

    /** Like {@link #enqueueAsync(Task, Options)} with the task's own options. */
    public CompletionStage<TaskInfo> enqueueAsync(Task task) {
        return enqueueAsync(task, Options.defaults());
    }

    /**
     * Stores {@code task} without blocking, with {@code options} laid over the task's own.
     *
     * <p>The stage completes on the broker's I/O thread, so do not block in its callbacks. It fails with
     * {@link TaskIdConflictException} when the id is taken, {@link DuplicateTaskException} when the unique lock is, and
     * {@link BrokerUnavailableException} when no answer came; the task may then be stored or not. A broker that is
     * {@link Broker#blocking()} may block the caller.
     *
     * @throws IllegalArgumentException when the task breaks a rule for what we store, or its payload is too large
     * @throws IllegalStateException when this client is closed
     */
    public CompletionStage<TaskInfo> enqueueAsync(Task task, Options options) {
        var answer = around == null
                ? submit(List.of(place(task, options, time.instant())))
                : around.enqueue(List.of(task.with(options)));
        return answer.thenApply(outcomes -> outcomes.get(0).orThrow());
    }

    /** Like {@link #enqueueAllAsync}, but waits for the broker's answers. */
    public List<EnqueueOutcome> enqueueAll(List<Task> tasks) {
        return Await.answer(enqueueAllAsync(tasks));
    }

    /**
     * Stores many tasks with few round trips. Each has its own outcome, in the order of {@code tasks}; one that is refused
     * does not hinder the others. Give a task its own options with {@link Task#with}.
     *
     * @throws IllegalArgumentException when one breaks a rule for what we store; then none of them is stored
     * @throws IllegalStateException when this client is closed
     */
    public CompletionStage<List<EnqueueOutcome>> enqueueAllAsync(List<Task> tasks) {
        return around == null ? submitAll(tasks) : around.enqueue(List.copyOf(tasks));
    }

    private CompletionStage<List<EnqueueOutcome>> submitAll(List<Task> tasks) {
        var now = time.instant();
        var placements = new ArrayList<Placement>(tasks.size());
        for (var task : tasks) {
            placements.add(place(task, Options.defaults(), now));
        }
        return submit(placements);
    }

    /** Like {@link #cancelAsync}, but waits for the broker's answer. */
    public boolean cancel(String queue, String taskId) {
        return Await.answer(cancelAsync(queue, taskId));
    }

    /**
     * Asks whoever works on a task to stop, without blocking. A task that nobody works on is left as it is.
     *
     * <p>The attempt is cancelled as at its deadline: its context says so, its thread is interrupted, and it has failed with
     * {@code context canceled}, which is <em>retried</em> while retries are left; its handler can decide otherwise. A server of
     * this library is told at once, or else with its next heartbeat, and the attempt may have ended by then; one of Go's asynq
     * misses what is asked for while it is not connected, and cancels tasks of this id in all its queues.
     *
     * @return whether somebody worked on the task, and no more than that. The stage fails with
     *     {@link BrokerUnavailableException} when no answer came
     * @throws IllegalStateException when this client is closed
     */
    public CompletionStage<Boolean> cancelAsync(String queue, String taskId) {
        var name = QueueNames.existing(queue);
        var id = Options.defaults().taskId(taskId).taskId().orElseThrow(); // which refuses what can be none
        return sent(() -> signals.cancel(name, id));
    }

    /** Refuses new tasks from now on and waits until those on their way have their answers. Safe to call twice. */
    @Override
    public void close() {
        inFlight.close();
    }

    private EnqueueMiddleware.@Nullable Enqueuer around(List<EnqueueMiddleware> middleware) {
        if (middleware.isEmpty()) {
            return null;
        }
        EnqueueMiddleware.Enqueuer enqueuer = this::submitAll;
        for (int i = middleware.size() - 1; i >= 0; i--) {
            enqueuer = middleware.get(i).wrap(enqueuer);
        }
        return enqueuer;
    }

    private Placement place(Task task, Options call, Instant now) {
        guard.check(task);
        var named = call.taskId().isPresent() || task.options().taskId().isPresent();
        return Placement.of(task, named ? call : call.taskId(ids.get()), now);
    }

    private CompletionStage<List<EnqueueOutcome>> submit(List<Placement> placements) {
        return sent(() -> submission.submit(placements));
    }

    private <T> CompletionStage<T> sent(Supplier<CompletionStage<T>> call) {
        inFlight.enter();
        try {
            return call.get().whenComplete((answer, failure) -> inFlight.leave());
        } catch (Throwable notSent) {
            inFlight.leave();
            throw notSent;
        }
    }
}
