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
import java.util.function.Function;

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
    private Function<? super PayloadException, ? extends Exception> unreadable =
            failure -> new SkipRetryException(String.valueOf(failure.getMessage()), failure);

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
     * Decides for the handlers of this router, those registered before too, what becomes of a task whose payload its type's
     * codec cannot read: {@code policy} answers what is thrown in place of calling the handler. Default: a
     * {@link SkipRetryException}, which archives the task at once, since it would not get better.
     *
     * <p>The failure itself, {@code failure -> failure}, is retried like any other, which suits a fleet whose producers may
     * be newer than its workers; a {@link SnoozeException} waits without using up retries; a {@link RevokeTaskException}
     * drops the task.
     */
    public TaskRouter unreadable(Function<? super PayloadException, ? extends Exception> policy) {
        unreadable = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /**
     * Handles tasks of exactly this type. A payload that the type's codec cannot read archives the task at once, unless
     * {@link #unreadable} says otherwise.
     *
     * @throws IllegalArgumentException when the type has a handler already
     */
    public <T> TaskRouter handle(TaskType<T> type, Handler<T> handler) {
        return handleAsync(type, blocking(handler));
    }

    /** Like {@link #handle(TaskType, Handler)} with {@code around} for this type only, inside of what is for all. */
    public <T> TaskRouter handle(TaskType<T> type, Middleware around, Handler<T> handler) {
        return handleAsync(type, around, blocking(handler));
    }

    /** Like {@link #handle(TaskType, Handler)} for work that ends later. */
    public <T> TaskRouter handleAsync(TaskType<T> type, AsyncHandler<T> handler) {
        Objects.requireNonNull(handler, "handler");
        return register(exact, type.name(), (task, context) -> handler.handle(decode(type, task), context));
    }

    /** Like {@link #handle(TaskType, Middleware, Handler)} for work that ends later. */
    public <T> TaskRouter handleAsync(TaskType<T> type, Middleware around, AsyncHandler<T> handler) {
        Objects.requireNonNull(handler, "handler");
        return register(
                exact, type.name(), inside(around, (task, context) -> handler.handle(decode(type, task), context)));
    }

    /**
     * Handles tasks whose type starts with {@code pattern}, or equals it.
     *
     * @throws IllegalArgumentException when the pattern is blank or has a handler already
     */
    public TaskRouter handle(String pattern, Handler<Task> handler) {
        return handleAsync(pattern, blocking(handler));
    }

    /** Like {@link #handle(String, Handler)} with {@code around} for this pattern only, inside of what is for all. */
    public TaskRouter handle(String pattern, Middleware around, Handler<Task> handler) {
        return handleAsync(pattern, around, blocking(handler));
    }

    /** Like {@link #handle(String, Handler)} for work that ends later, and for routers in routers. */
    public TaskRouter handleAsync(String pattern, AsyncHandler<Task> handler) {
        Objects.requireNonNull(handler, "handler");
        if (pattern.isBlank()) {
            throw new IllegalArgumentException("pattern must not be blank: \"" + pattern + '"');
        }
        return register(patterns, pattern, handler);
    }

    /** Like {@link #handle(String, Middleware, Handler)} for work that ends later, and for routers in routers. */
    public TaskRouter handleAsync(String pattern, Middleware around, AsyncHandler<Task> handler) {
        Objects.requireNonNull(handler, "handler");
        return handleAsync(pattern, inside(around, handler));
    }

    /**
     * Handles tasks of former types like those of {@code type}, whose handler was registered before: for types that were
     * renamed, as long as there are tasks of the old name. The handler's context tells the name that the task has.
     *
     * @throws IllegalArgumentException when the type has no handler in this router, or a former one has
     */
    public TaskRouter alias(TaskType<?> type, String... former) {
        return alias(exact, type.name(), former);
    }

    /**
     * Handles tasks that match a former pattern like those that match {@code pattern}, whose handler was registered before. A
     * router inside this one sees the type as it is, so it needs the alias too.
     *
     * @throws IllegalArgumentException when the pattern has no handler in this router, or a former one has, or is blank
     */
    public TaskRouter alias(String pattern, String... former) {
        return alias(patterns, pattern, former);
    }

    @Override
    public CompletionStage<?> handle(Task task, TaskContext context) throws Exception {
        return Middleware.all(middleware).wrap(find(task.type())).handle(task, context);
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

    /** Built for each task, as all middleware is. */
    private static AsyncHandler<Task> inside(Middleware around, AsyncHandler<Task> handler) {
        Objects.requireNonNull(around, "middleware");
        return (task, context) -> around.wrap(handler).handle(task, context);
    }

    private TaskRouter alias(Map<String, AsyncHandler<Task>> where, String name, String... former) {
        var handler = where.get(name);
        if (handler == null) {
            throw new IllegalArgumentException("there is no handler to give an alias to: \"" + name + '"');
        }
        for (var alias : former) {
            if (alias.isBlank()) {
                throw new IllegalArgumentException("alias must not be blank: \"" + alias + '"');
            }
            register(where, alias, handler);
        }
        return this;
    }

    private <T> T decode(TaskType<T> type, Task task) throws Exception {
        try {
            return type.decode(task.payload());
        } catch (PayloadException failure) {
            throw unreadable.apply(failure);
        }
    }

    private static <T> AsyncHandler<T> blocking(Handler<T> handler) {
        Objects.requireNonNull(handler, "handler");
        return (value, context) -> {
            handler.handle(value, context);
            return CompletableFuture.completedFuture(null);
        };
    }
}
