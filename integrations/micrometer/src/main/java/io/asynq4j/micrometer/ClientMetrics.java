package io.asynq4j.micrometer;

import io.asynq4j.client.EnqueueMiddleware;
import io.asynq4j.task.BrokerUnavailableException;
import io.asynq4j.task.DuplicateTaskException;
import io.asynq4j.task.EnqueueOutcome;
import io.asynq4j.task.Options;
import io.asynq4j.task.Task;
import io.asynq4j.task.TaskIdConflictException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Metrics of clients, for {@link io.asynq4j.client.TaskClientBuilder#use}: how many tasks are enqueued, what becomes of them,
 * and how long the broker takes to answer.
 *
 * <p>Safe for use by many threads and clients. The first 100 types of tasks, and 100 queues, have meters of their own; later ones
 * count as {@code other}.
 */
public final class ClientMetrics implements EnqueueMiddleware {
    private static final int MOST = 100;

    private final MeterRegistry registry;
    private final InstantSource time;
    private final boolean marking;
    private final Labels labels = new Labels(MOST, MOST);
    private final Timer calls;

    private ClientMetrics(MeterRegistry registry, InstantSource time, boolean marking) {
        this.registry = registry;
        this.time = time;
        this.marking = marking;
        calls = Buckets.call(
                registry, "asynq4j.client.enqueue", "Time to enqueue, of one task or of many", Tags.empty());
    }

    /** Metrics in {@code registry}. */
    public static ClientMetrics of(MeterRegistry registry) {
        return new ClientMetrics(Objects.requireNonNull(registry, "registry"), InstantSource.system(), false);
    }

    /**
     * The same, but each task carries in the header {@code asynq4j-due-ms} when it is to start, so that servers can measure how
     * long it takes from then until it has succeeded; its record does not tell.
     *
     * @param time the client's clock
     */
    public ClientMetrics marking(InstantSource time) {
        return new ClientMetrics(registry, Objects.requireNonNull(time, "time"), true);
    }

    @Override
    public Enqueuer wrap(Enqueuer next) {
        return tasks -> enqueue(tasks, next);
    }

    private CompletionStage<List<EnqueueOutcome>> enqueue(List<Task> tasks, Enqueuer next) {
        long begun = registry.config().clock().monotonicTime();
        try {
            return next.enqueue(marking ? marked(tasks) : tasks)
                    .whenComplete((outcomes, failure) -> count(begun, tasks, outcomes, failure));
        } catch (RuntimeException refused) {
            count(begun, tasks, null, refused);
            throw refused;
        }
    }

    private List<Task> marked(List<Task> tasks) {
        var now = time.instant();
        return tasks.stream()
                .map(task -> task.with(Options.defaults()
                        .header(DueHeader.NAME, DueHeader.of(task.options().startAfter(now)))))
                .toList();
    }

    private void count(
            long begun, List<Task> tasks, @Nullable List<EnqueueOutcome> outcomes, @Nullable Throwable failure) {
        calls.record(registry.config().clock().monotonicTime() - begun, TimeUnit.NANOSECONDS);
        for (int i = 0; i < tasks.size(); i++) {
            var task = tasks.get(i);
            var queue = task.options().queue().orElse(Options.DEFAULT_QUEUE);
            var outcome = outcomes == null ? outcome(failure) : outcome(outcomes.get(i));
            Counter.builder("asynq4j.client.tasks")
                    .description("Tasks that were to be enqueued, and what has become of that")
                    .tags(labels.task(queue, task.type()).tags().and("outcome", outcome))
                    .register(registry)
                    .increment();
        }
    }

    private static String outcome(EnqueueOutcome outcome) {
        return outcome instanceof EnqueueOutcome.Refused refused ? outcome(refused.reason()) : "stored";
    }

    private static String outcome(@Nullable Throwable failure) {
        var cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof DuplicateTaskException) {
            return "duplicate";
        }
        if (cause instanceof TaskIdConflictException) {
            return "id_taken";
        }
        return cause instanceof BrokerUnavailableException ? "unknown" : "refused";
    }
}
