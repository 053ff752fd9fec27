package io.asynq4j.handler;

import io.asynq4j.task.PayloadException;
import io.asynq4j.task.Task;
import io.asynq4j.task.TaskType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Finds the handler of a task by its type, and puts the middleware around it.
 *
 * <p>A {@link TaskType} matches exactly its name. A text is a pattern as in asynq: it matches the type that equals it, and
 * else any type that starts with it; of several the longest wins, and an exact match wins over all. The handler of a
 * pattern gets the whole {@link Task}. A router is itself a handler, so routers nest: the inner one matches the full type.
 *
 * <p>Register everything before the server starts; from then on the router is read by many threads and must not change.
 */
public final class TaskRouter implements AsyncHandler<Task> {
    private final Map<String, AsyncHandler<Task>> exact = new HashMap<>();
    private final Map<String, AsyncHandler<Task>> patterns =
            new TreeMap<>(Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));
    private final List<Middleware> middleware = new ArrayList<>();

    private TaskRouter() {}

    /** An empty router: every task fails with {@link HandlerNotFoundException}. */
    public static TaskRouter create() {
        return new TaskRouter();
    }

    /** Puts {@code more} around all handlers, those registered before and the missing one too. The first is outermost. */
    public TaskRouter use(Middleware... more) {
        middleware.addAll(List.of(more));
        return this;
    }

    /**
     * Handles tasks of exactly this type. A payload that the type's codec cannot read archives the task at once, since it
     * would not get better.
     *
     * @throws IllegalArgumentException when the type has a handler already
     */
    public <T> TaskRouter handle(TaskType<T> type, Handler<T> handler) {
        Objects.requireNonNull(handler, "handler");
        return handleAsync(type, blocking(handler));
    }

    /** Like {@link #handle(TaskType, Handler)} for work that ends later. */
    public <T> TaskRouter handleAsync(TaskType<T> type, AsyncHandler<T> handler) {
        Objects.requireNonNull(handler, "handler");
        return register(exact, type.name(), (task, context) -> handler.handle(decode(type, task), context));
    }

    /**
     * Handles tasks whose type starts with {@code pattern}, or equals it.
     *
     * @throws IllegalArgumentException when the pattern is blank or has a handler already
     */
    public TaskRouter handle(String pattern, Handler<Task> handler) {
        Objects.requireNonNull(handler, "handler");
        return handleAsync(pattern, blocking(handler));
    }

    /** Like {@link #handle(String, Handler)} for work that ends later, and for routers in routers. */
    public TaskRouter handleAsync(String pattern, AsyncHandler<Task> handler) {
        Objects.requireNonNull(handler, "handler");
        if (pattern.isBlank()) {
            throw new IllegalArgumentException("pattern must not be blank: \"" + pattern + '"');
        }
        return register(patterns, pattern, handler);
    }

    @Override
    public CompletionStage<?> handle(Task task, TaskContext context) throws Exception {
        var handler = find(task.type());
        for (int i = middleware.size() - 1; i >= 0; i--) {
            handler = middleware.get(i).wrap(handler);
        }
        return handler.handle(task, context);
    }

    private AsyncHandler<Task> find(String type) {
        var found = exact.get(type);
        if (found == null) {
            found = patterns.get(type);
        }
        if (found != null) {
            return found;
        }
        for (var pattern : patterns.entrySet()) { // longest first
            if (type.startsWith(pattern.getKey())) {
                return pattern.getValue();
            }
        }
        return (task, context) -> {
            throw new HandlerNotFoundException(task.type());
        };
    }

    private TaskRouter register(Map<String, AsyncHandler<Task>> where, String name, AsyncHandler<Task> handler) {
        if (exact.containsKey(name) || patterns.containsKey(name)) {
            throw new IllegalArgumentException("there is a handler for this type or pattern already: \"" + name + '"');
        }
        where.put(name, handler);
        return this;
    }

    private static <T> T decode(TaskType<T> type, Task task) {
        try {
            return type.decode(task.payload());
        } catch (PayloadException unreadable) {
            throw new SkipRetryException(String.valueOf(unreadable.getMessage()), unreadable);
        }
    }

    private static <T> AsyncHandler<T> blocking(Handler<T> handler) {
        return (value, context) -> {
            handler.handle(value, context);
            return CompletableFuture.completedFuture(null);
        };
    }
}
