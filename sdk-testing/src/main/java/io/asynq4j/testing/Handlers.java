package io.asynq4j.testing;

import io.asynq4j.handler.AsyncHandler;
import io.asynq4j.handler.TaskContext;
import io.asynq4j.task.Task;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The user's handler as the servers call it: tries are counted, and a stage that ends elsewhere is brought back to the thread
 * that moves time, so that what follows happens in order. Used by that thread.
 */
final class Handlers {
    private final InstantSource time;
    private final LoopGuard guard;
    private final Set<Running> running = ConcurrentHashMap.newKeySet();
    private @Nullable AsyncHandler<Task> handler;
    private int inside;
    private Instant lastEvent;

    Handlers(InstantSource time, LoopGuard guard) {
        this.time = time;
        this.guard = guard;
        this.lastEvent = time.instant();
    }

    /** A handler whose method has returned and whose stage has not ended. Compared by identity. */
    private static final class Running {
        private final TaskContext context;
        private final Ground ground;

        Running(TaskContext context, Ground ground) {
            this.context = context;
            this.ground = ground;
        }

        @Override
        public String toString() {
            return context.type() + " " + context.taskId() + " of queue " + context.queue();
        }
    }

    void use(AsyncHandler<Task> handler) {
        this.handler = Objects.requireNonNull(handler, "handler");
    }

    boolean isSet() {
        return handler != null;
    }

    /** Whether a handler's method is running right now, further up on this thread's stack. */
    boolean inside() {
        return inside > 0;
    }

    /** The tasks whose stages have not ended, in words. */
    List<String> running() {
        return running.stream()
                .filter(one -> !one.ground.isGone())
                .map(Running::toString)
                .sorted()
                .toList();
    }

    boolean anyRunning() {
        return running.stream().anyMatch(one -> !one.ground.isGone());
    }

    /** When a handler has started or ended last. */
    Instant lastEvent() {
        return lastEvent;
    }

    AsyncHandler<Task> on(Ground ground) {
        return (task, context) -> {
            guard.count(context);
            lastEvent = time.instant();
            var ended = new CompletableFuture<@Nullable Object>();
            var stage = call(task, context);
            var one = new Running(context, ground);
            running.add(one);
            stage.whenComplete((value, failure) -> ground.executor().execute(() -> {
                running.remove(one);
                lastEvent = time.instant();
                if (failure == null) {
                    ended.complete(null);
                } else {
                    ended.completeExceptionally(failure);
                }
            }));
            return ended;
        };
    }

    private CompletionStage<?> call(Task task, TaskContext context) throws Exception {
        inside++;
        try {
            return Objects.requireNonNull(handler).handle(task, context);
        } finally {
            inside--;
        }
    }
}
