package io.asynq4j.testing.contract;

import io.asynq4j.spi.Broker;
import io.asynq4j.spi.Demand;
import io.asynq4j.spi.Ending;
import io.asynq4j.spi.Lease;
import io.asynq4j.spi.Placement;
import io.asynq4j.spi.Settled;
import io.asynq4j.task.EnqueueOutcome;
import io.asynq4j.task.Options;
import io.asynq4j.task.Payload;
import io.asynq4j.task.Task;
import io.asynq4j.task.TaskException;
import io.asynq4j.task.TaskState;
import io.asynq4j.testing.BrokerView;
import io.asynq4j.testing.StoredTask;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A case under way: what it does to the broker, and what it expects. Tasks are on the default queue unless told. */
final class Trial {
    static final String QUEUE = Options.DEFAULT_QUEUE;
    static final String LOW = "low";

    /** How long a lease is that is taken without saying. */
    static final Duration LEASE = Duration.ofSeconds(30);

    private static final int ANSWER_SECONDS = 20;

    private final BrokerFixture fixture;
    private int attempts;

    Trial(BrokerFixture fixture) {
        this.fixture = fixture;
    }

    BrokerFixture fixture() {
        return fixture;
    }

    Broker broker() {
        return fixture.broker();
    }

    BrokerView view() {
        return fixture.view();
    }

    Instant now() {
        return fixture.now();
    }

    Instant in(long seconds) {
        return now().plusSeconds(seconds);
    }

    void advance(long seconds) {
        fixture.advance(Duration.ofSeconds(seconds));
    }

    // Submitting

    static Options options() {
        return Options.defaults();
    }

    Placement place(String id) {
        return place(id, options());
    }

    Placement place(String id, Options options) {
        return place(Task.of("type", Payload.ofUtf8("payload of " + id)), options.taskId(id));
    }

    Placement place(Task task, Options options) {
        return Placement.of(task, options, now());
    }

    List<EnqueueOutcome> submit(Placement... placements) {
        return submit(Arrays.asList(placements));
    }

    List<EnqueueOutcome> submit(List<Placement> placements) {
        var outcomes = answer(broker().submit(placements));
        equal("number of outcomes", placements.size(), outcomes.size());
        return outcomes;
    }

    /** What {@code stage} comes to, which must be soon, and no failure. */
    <T> T answer(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException silent) {
            throw failure("an answer within " + ANSWER_SECONDS + " s", "none", silent);
        } catch (ExecutionException failed) {
            throw failure("a stage that does not fail", failed.getCause(), failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw failure("an answer", "interrupted", interrupted);
        }
    }

    /** What {@code stage} fails with, soon. */
    <F extends RuntimeException> F failure(Class<F> expected, CompletionStage<?> stage) {
        try {
            var answer = stage.toCompletableFuture().get(ANSWER_SECONDS, TimeUnit.SECONDS);
            throw failure("a " + expected.getSimpleName(), answer, null);
        } catch (TimeoutException silent) {
            throw failure("a " + expected.getSimpleName(), "no answer", silent);
        } catch (ExecutionException failed) {
            if (expected.isInstance(failed.getCause())) {
                return expected.cast(failed.getCause());
            }
            throw failure("a " + expected.getSimpleName(), failed.getCause(), failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw failure("an answer", "interrupted", interrupted);
        }
    }

    void accept(Placement... placements) {
        accept(Arrays.asList(placements));
    }

    void accept(List<Placement> placements) {
        var refused = submit(placements).stream()
                .filter(EnqueueOutcome.Refused.class::isInstance)
                .toList();
        equal("refused ones of a submission", List.of(), refused);
    }

    void accept(String... ids) {
        accept(Stream.of(ids).map(this::place).toList());
    }

    <T extends TaskException> T refused(Class<T> why, EnqueueOutcome outcome) {
        if (outcome instanceof EnqueueOutcome.Refused refused && why.isInstance(refused.reason())) {
            return why.cast(refused.reason());
        }
        throw failure("an outcome refused with " + why.getSimpleName(), outcome, null);
    }

    // Fetching

    Demand demand(String attempt, Demand.Share... shares) {
        return new Demand(List.of(shares), now(), now().plus(LEASE), attempt);
    }

    static Demand.Share share(String queue, int tasks) {
        return new Demand.Share(queue, tasks);
    }

    List<Lease> fetch(Demand.Share... shares) {
        return broker().fetch(demand("attempt-" + ++attempts, shares));
    }

    /** Up to {@code count} tasks of the default queue. */
    List<Lease> fetch(int count) {
        return fetch(share(QUEUE, count));
    }

    /** The next task of {@code queue}; there must be one. */
    Lease take(String queue) {
        var leases = fetch(share(queue, 1));
        equal("number of tasks fetched from " + queue, 1, leases.size());
        return leases.get(0);
    }

    Lease take() {
        return take(QUEUE);
    }

    /** Submits a task and fetches it. */
    Lease taken(String id) {
        return taken(id, options());
    }

    Lease taken(String id, Options options) {
        accept(place(id, options));
        var lease = take(options.queue().orElse(QUEUE));
        equal("id of the task fetched", id, lease.id());
        return lease;
    }

    // Settling

    List<Settled> trySettle(Ending... endings) {
        return broker().settle(List.of(endings), now());
    }

    void settle(Ending... endings) {
        var answers = trySettle(endings);
        equal(
                "answers of settle",
                Stream.of(endings).map(ending -> Settled.WRITTEN).toList(),
                answers);
    }

    static Ending retried(Lease lease, Instant due) {
        return new Ending.Retried(lease, due, "boom", true);
    }

    static Ending archived(Lease lease) {
        return new Ending.Archived(lease, "boom");
    }

    void forward(String queue) {
        broker().forward(queue, now(), 1_000);
    }

    // Expecting

    static List<String> ids(List<Lease> leases) {
        return leases.stream().map(Lease::id).toList();
    }

    /** The ids of the tasks that {@code queue} has in {@code state}, in order. */
    List<String> ids(String queue, TaskState state) {
        return view().tasks(queue, state).stream().map(StoredTask::id).toList();
    }

    /** Expects these tasks, in order, in a state of the default queue. */
    void holds(TaskState state, String... ids) {
        equal(state + " tasks", List.of(ids), ids(QUEUE, state));
    }

    /** The one task that the default queue has in {@code state}. */
    StoredTask only(TaskState state) {
        var stored = view().tasks(QUEUE, state);
        equal("number of " + state + " tasks", 1, stored.size());
        return stored.get(0);
    }

    void equal(String what, @Nullable Object expected, @Nullable Object actual) {
        if (!Objects.equals(expected, actual)) {
            throw failure(what + " " + expected, actual, null);
        }
    }

    void isTrue(String what, boolean condition, Object actual) {
        if (!condition) {
            throw failure(what, actual, null);
        }
    }

    private AssertionError failure(String expected, @Nullable Object actual, @Nullable Throwable cause) {
        return new AssertionError(
                "expected " + expected + ", but was " + actual + "; the broker holds " + contents(), cause);
    }

    /** Every task by queue and state, ids only. */
    private String contents() {
        var contents = new ArrayList<String>();
        for (var queue : view().queues()) {
            for (var state : TaskState.values()) {
                var ids = ids(queue, state);
                if (!ids.isEmpty()) {
                    contents.add(queue + " " + state.word() + " " + (ids.size() > 20 ? ids.size() + " tasks" : ids));
                }
            }
        }
        return contents.isEmpty() ? "nothing" : String.join(", ", contents);
    }
}
