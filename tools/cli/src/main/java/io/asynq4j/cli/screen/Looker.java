package io.asynq4j.cli.screen;

import io.asynq4j.inspect.AsyncInspector;
import io.asynq4j.inspect.Page;
import io.asynq4j.spi.QueueInfo;
import io.asynq4j.task.QueueNotFoundException;
import io.asynq4j.task.TaskInfo;
import io.asynq4j.task.TaskNotFoundException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Looks at what a view needs, without blocking. */
final class Looker {
    private final AsyncInspector inspector;
    private final InstantSource time;

    Looker(AsyncInspector inspector, InstantSource time) {
        this.inspector = inspector;
        this.time = time;
    }

    /**
     * What there is to see.
     *
     * @param size of a page
     * @param filter text that tasks have to hold; empty for all. With one, the first tasks are looked through, as many as the
     *     largest page has
     */
    CompletionStage<Sight> look(View view, int size, String filter) {
        try {
            return inspector
                    .queues()
                    .thenCompose(this::queues)
                    .thenCombine(
                            inspector.servers(),
                            (queues, servers) -> new Sight(time.instant(), queues, servers, List.of(), List.of(), null))
                    .thenCompose(sight -> more(sight, view, size, filter));
        } catch (RuntimeException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    private CompletionStage<List<QueueInfo>> queues(List<String> names) {
        CompletionStage<List<QueueInfo>> all = CompletableFuture.completedFuture(new ArrayList<>());
        for (var name : names) {
            var one = inspector.queue(name).handle((info, failure) -> found(Optional.ofNullable(info), failure));
            all = all.thenCombine(one, (list, info) -> {
                info.ifPresent(list::add);
                return list;
            });
        }
        return all;
    }

    private CompletionStage<Sight> more(Sight sight, View view, int size, String filter) {
        if (view instanceof View.Tasks page) {
            return tasks(page, size, filter)
                    .handle((tasks, failure) -> found(Optional.ofNullable(tasks), failure))
                    .thenApply(tasks -> sight.with(tasks.orElse(List.of()), List.of(), null));
        }
        if (view instanceof View.Groups groups) {
            return inspector.groups(groups.queue()).thenApply(found -> sight.with(List.of(), found, null));
        }
        if (view instanceof View.Detail detail) {
            return inspector
                    .task(detail.queue(), detail.id())
                    .handle((task, failure) -> found(Optional.ofNullable(task), failure))
                    .thenApply(task -> sight.with(List.of(), List.of(), task.orElse(null)));
        }
        return CompletableFuture.completedFuture(sight);
    }

    private CompletionStage<List<TaskInfo>> tasks(View.Tasks view, int size, String filter) {
        if (filter.isEmpty()) {
            return inspector.list(view.shelf(), Page.of(view.page(), size));
        }
        return inspector
                .list(view.shelf(), Page.of(1, Page.MAX_SIZE))
                .thenApply(tasks -> tasks.stream()
                        .filter(task -> holds(task, filter))
                        .skip((view.page() - 1) * size)
                        .limit(size)
                        .toList());
    }

    private static boolean holds(TaskInfo task, String text) {
        return task.id().contains(text)
                || task.type().contains(text)
                || task.lastError().filter(error -> error.contains(text)).isPresent()
                || task.payload().utf8().contains(text);
    }

    /** What was found; nothing where the queue or task has gone meanwhile. */
    private static <T> Optional<T> found(Optional<T> value, Throwable failure) {
        if (failure == null) {
            return value;
        }
        var cause = cause(failure);
        if (cause instanceof QueueNotFoundException || cause instanceof TaskNotFoundException) {
            return Optional.empty();
        }
        throw cause instanceof RuntimeException known ? known : new CompletionException(cause);
    }

    /** What a stage really failed with. */
    static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? cause(failure.getCause())
                : failure;
    }
}
