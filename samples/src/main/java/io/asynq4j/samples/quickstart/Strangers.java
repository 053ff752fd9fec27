package io.asynq4j.samples.quickstart;

import io.asynq4j.handler.AsyncHandler;
import io.asynq4j.handler.CancelReason;
import io.asynq4j.handler.Middleware;
import io.asynq4j.handler.SnoozeException;
import io.asynq4j.handler.TaskCancelledException;
import io.asynq4j.handler.TaskContext;
import io.asynq4j.task.Task;
import io.asynq4j.task.TaskException;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tasks of other programs, which a Redis that was given may hold in queues of the same names. They are held while this
 * program works, each in a slot of its own, and go back to their queues when the server closes. One whose timeout passes
 * meanwhile goes back earlier, and is held again when it comes again. None has failed or used up a retry. Safe for use by many
 * threads.
 */
final class Strangers implements Middleware {
    private static final Set<String> OURS = Set.of(MailTasks.VERIFY.name(), MailTasks.DIGEST.name());

    private final Set<String> types = ConcurrentHashMap.newKeySet();
    private final Set<String> held = ConcurrentHashMap.newKeySet();

    @Override
    public AsyncHandler<Task> wrap(AsyncHandler<Task> next) {
        return (task, context) -> OURS.contains(task.type()) ? next.handle(task, context) : hold(context);
    }

    /** How many were held, each counted once. */
    int held() {
        return held.size();
    }

    /** Their types, in order. */
    Set<String> types() {
        return new TreeSet<>(types);
    }

    /** Ends with the server, which then takes the task back, or when it is cancelled, and then puts the task off to now. */
    private CompletionStage<?> hold(TaskContext context) {
        types.add(context.type());
        held.add(context.queue() + "/" + context.taskId());
        var givenBack = new CompletableFuture<Void>();
        context.onCancel(reason -> givenBack.completeExceptionally(noFailure(reason)));
        return givenBack;
    }

    private static TaskException noFailure(CancelReason reason) {
        return reason == CancelReason.SHUTDOWN
                ? new TaskCancelledException(reason)
                : new SnoozeException(Duration.ZERO); // a timeout that passes while nobody works on it is not its fault
    }
}
