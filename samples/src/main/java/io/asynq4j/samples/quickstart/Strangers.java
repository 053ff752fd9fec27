package io.asynq4j.samples.quickstart;

import io.asynq4j.handler.AsyncHandler;
import io.asynq4j.handler.Middleware;
import io.asynq4j.handler.TaskCancelledException;
import io.asynq4j.handler.TaskContext;
import io.asynq4j.task.Task;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Tasks of other programs, which a Redis that was given may hold in queues of the same names. They are held while this
 * program works, each in a slot of its own, and go back to where they were, untouched, when the server closes. Safe for use
 * by many threads.
 */
final class Strangers implements Middleware {
    private static final Set<String> OURS = Set.of(MailTasks.VERIFY.name(), MailTasks.DIGEST.name());

    private final Set<String> types = ConcurrentHashMap.newKeySet();
    private final AtomicInteger held = new AtomicInteger();

    @Override
    public AsyncHandler<Task> wrap(AsyncHandler<Task> next) {
        return (task, context) -> OURS.contains(task.type()) ? next.handle(task, context) : hold(context);
    }

    /** How many are held. */
    int held() {
        return held.get();
    }

    /** Their types, in order. */
    Set<String> types() {
        return new TreeSet<>(types);
    }

    /** Ends only with the server, which then takes the task back. */
    private CompletionStage<?> hold(TaskContext context) {
        types.add(context.type());
        held.incrementAndGet();
        var givenBack = new CompletableFuture<Void>();
        context.onCancel(reason -> givenBack.completeExceptionally(new TaskCancelledException(reason)));
        return givenBack;
    }
}
