package io.asynq4j.inspect;

import io.asynq4j.spi.Await;
import io.asynq4j.spi.Change;
import io.asynq4j.spi.Inspection;
import io.asynq4j.spi.Placement;
import io.asynq4j.spi.Submission;
import io.asynq4j.spi.TaskMessage;
import io.asynq4j.task.BrokerUnavailableException;
import io.asynq4j.task.QueueNotFoundException;
import io.asynq4j.task.TaskException;
import io.asynq4j.task.TaskIdConflictException;
import io.asynq4j.task.TaskInfo;
import io.asynq4j.task.TaskNotFoundException;
import io.asynq4j.task.TaskState;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Tasks that go to another queue. Two queues cannot be changed in one step, so a task is archived first, where nobody runs it,
 * then stored in the other queue, then deleted: should this process die in between, it is in both, and runs once.
 */
final class Relocation {
    private final Inspection inspection;
    private final Submission submission;
    private final InstantSource time;

    Relocation(Inspection inspection, Submission submission, InstantSource time) {
        this.inspection = inspection;
        this.submission = submission;
        this.time = time;
    }

    /** Like {@link #move}, and answers false where the task has gone on or cannot move, which is no failure. */
    CompletionStage<Boolean> moved(String queue, String id, String target) {
        return move(queue, id, target)
                .handle((info, failure) ->
                        failure == null ? CompletableFuture.completedFuture(true) : notMoved(Await.cause(failure)))
                .thenCompose(Function.identity());
    }

    private static CompletableFuture<Boolean> notMoved(Throwable failure) {
        return failure instanceof TaskException && !(failure instanceof BrokerUnavailableException)
                ? CompletableFuture.completedFuture(false)
                : CompletableFuture.failedFuture(failure);
    }

    CompletionStage<TaskInfo> move(String queue, String id, String target) {
        if (queue.equals(target)) {
            throw new IllegalArgumentException("the task is in this queue: \"" + target + '"');
        }
        return isFree(target, id)
                .thenCompose(free -> found(queue, id))
                .thenCompose(info -> aside(info)
                        .thenCompose(aside -> message(queue, id))
                        .thenCompose(message -> store(placement(message.withQueue(target), info)))
                        .thenCompose(stored -> inspection
                                .change(queue, List.of(id), Change.DELETE, time.instant())
                                .thenApply(outcomes -> stored)));
    }

    CompletionStage<TaskInfo> copy(String queue, String id, String target) {
        return message(queue, id).thenCompose(message -> {
            var copy = message.withQueue(target)
                    .withId(UUID.randomUUID().toString())
                    .withProgress(TaskMessage.Progress.NONE);
            return store(new Placement(copy, TaskState.PENDING, time.instant(), null));
        });
    }

    /** Where the task was, it is not any more: what runs at a time keeps that, all else is pending. */
    private Placement placement(TaskMessage message, TaskInfo was) {
        var now = time.instant();
        return switch (was.state()) {
            case SCHEDULED, RETRY ->
                new Placement(message, TaskState.SCHEDULED, was.nextProcessAt().orElse(now), null);
            case AGGREGATING -> new Placement(message, TaskState.AGGREGATING, now, null);
            case PENDING, ACTIVE, ARCHIVED, COMPLETED -> new Placement(message, TaskState.PENDING, now, null);
        };
    }

    private CompletionStage<TaskInfo> store(Placement placement) {
        return submission
                .submit(List.of(placement))
                .thenApply(outcomes -> outcomes.get(0).orThrow());
    }

    /** Ends when the target holds no task of this id. */
    private CompletionStage<Boolean> isFree(String target, String id) {
        return inspection
                .task(target, id, time.instant())
                .handle((task, failure) -> free(target, id, task, failure))
                .thenCompose(Function.identity());
    }

    private static CompletableFuture<Boolean> free(
            String target, String id, Optional<TaskInfo> task, Throwable failure) {
        if (failure != null) {
            return Await.cause(failure) instanceof QueueNotFoundException
                    ? CompletableFuture.completedFuture(true)
                    : CompletableFuture.failedFuture(Await.cause(failure));
        }
        return task.isEmpty()
                ? CompletableFuture.completedFuture(true)
                : CompletableFuture.failedFuture(new TaskIdConflictException(target, id));
    }

    private CompletionStage<TaskInfo> found(String queue, String id) {
        return inspection
                .task(queue, id, now())
                .thenApply(found -> found.orElseThrow(() -> new TaskNotFoundException(queue, id)));
    }

    private CompletionStage<TaskMessage> message(String queue, String id) {
        return inspection
                .message(queue, id)
                .thenApply(found -> found.orElseThrow(() -> new TaskNotFoundException(queue, id)));
    }

    private CompletionStage<Boolean> aside(TaskInfo task) {
        return inspection
                .change(task.queue(), List.of(task.id()), Change.ARCHIVE, now())
                .thenApply(outcomes -> {
                    if (outcomes.get(0) != Change.Outcome.THERE_ALREADY) {
                        Outcomes.check(task.queue(), task.id(), Change.ARCHIVE, outcomes.get(0));
                    }
                    return true;
                });
    }

    private Instant now() {
        return time.instant();
    }
}
