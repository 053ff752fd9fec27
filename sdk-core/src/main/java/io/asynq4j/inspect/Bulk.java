package io.asynq4j.inspect;

import io.asynq4j.spi.Change;
import io.asynq4j.spi.GroupInfo;
import io.asynq4j.spi.Inspection;
import io.asynq4j.spi.Shelf;
import io.asynq4j.spi.Signals;
import io.asynq4j.spi.Steps;
import io.asynq4j.task.TaskInfo;
import io.asynq4j.task.TaskState;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What is done to many tasks: a chunk at a time, and no more of them than there were when it began. */
final class Bulk {
    private static final int CHUNK = 500;

    private final Inspection inspection;
    private final Signals signals;
    private final InstantSource time;

    Bulk(Inspection inspection, Signals signals, InstantSource time) {
        this.inspection = inspection;
        this.signals = signals;
        this.time = time;
    }

    /** How far one of these operations has got; used by one step after the other. */
    private static final class Count {
        private final long total;
        private final Progress progress;
        private long looked;
        private long done;
        private @Nullable String cursor;

        Count(long total, Progress progress) {
            this.total = total;
            this.progress = progress;
        }

        int chunk() {
            return (int) Math.min(CHUNK, total - looked);
        }

        void add(int looked, long done) {
            this.looked += looked;
            this.done += done;
            progress.reached(this.looked, total);
        }
    }

    /** Changes all tasks of a shelf, and answers how many. */
    CompletionStage<Long> all(Shelf shelf, Change change, Progress progress) {
        return size(shelf).thenCompose(size -> {
            var count = new Count(size, progress);
            return Steps.taken(() -> {
                        int limit = count.chunk();
                        return limit <= 0
                                ? CompletableFuture.completedFuture(false)
                                : inspection
                                        .changeAll(shelf, change, limit, time.instant())
                                        .thenApply(left -> {
                                            count.add(left, left);
                                            return left == limit;
                                        });
                    })
                    .thenApply(over -> count.done);
        });
    }

    /** Changes those tasks of a shelf that are meant, and answers how many. */
    CompletionStage<Long> some(Shelf shelf, Change change, TaskFilter filter, Progress progress) {
        return matching(
                shelf,
                filter,
                progress,
                tasks -> inspection
                        .change(shelf.queue(), tasks.stream().map(TaskInfo::id).toList(), change, time.instant())
                        .thenApply(outcomes -> outcomes.stream()
                                .filter(Change.Outcome.DONE::equals)
                                .count()));
    }

    /** Does {@code action} to those tasks of a shelf that are meant, one after the other, and answers to how many it was done. */
    CompletionStage<Long> each(
            Shelf shelf, TaskFilter filter, Progress progress, Function<TaskInfo, CompletionStage<Boolean>> action) {
        return matching(shelf, filter, progress, tasks -> {
            var done = new long[1]; // by one step after the other
            var next = tasks.iterator();
            return Steps.taken(() -> next.hasNext()
                            ? action.apply(next.next()).thenApply(made -> {
                                done[0] += made ? 1 : 0;
                                return true;
                            })
                            : CompletableFuture.completedFuture(false))
                    .thenApply(over -> done[0]);
        });
    }

    /** Asks for the end of the attempts that are meant, and answers of how many somebody was asked. */
    CompletionStage<Long> cancel(String queue, TaskFilter filter, Progress progress) {
        return each(Shelf.of(queue, TaskState.ACTIVE), filter, progress, task -> signals.cancel(queue, task.id()));
    }

    /** Removes a queue, and answers how many tasks went with it. */
    CompletionStage<Long> remove(String queue, boolean force, Progress progress) {
        return inspection.queue(queue, time.instant()).thenCompose(info -> {
            var count = new Count(info.size(), progress);
            return Steps.taken(() -> inspection
                            .remove(queue, force, CHUNK, time.instant())
                            .thenApply(removal -> {
                                count.add(removal.deleted(), removal.deleted());
                                return !removal.done();
                            }))
                    .thenApply(over -> count.done);
        });
    }

    /** Does {@code action} to the tasks that are meant, of one listing after the other. */
    private CompletionStage<Long> matching(
            Shelf shelf, TaskFilter filter, Progress progress, Function<List<TaskInfo>, CompletionStage<Long>> action) {
        return size(shelf).thenCompose(size -> {
            var count = new Count(size, progress);
            return Steps.taken(() -> inspection
                            .listFrom(shelf, count.cursor, CHUNK, time.instant())
                            .thenCompose(listing -> matching(listing, filter, count, action)))
                    .thenApply(over -> count.done);
        });
    }

    private CompletionStage<Boolean> matching(
            Inspection.Listing listing,
            TaskFilter filter,
            Count count,
            Function<List<TaskInfo>, CompletionStage<Long>> action) {
        var now = time.instant();
        var meant = listing.tasks().stream()
                .filter(task -> filter.matches(task, now))
                .toList();
        CompletionStage<Long> made = meant.isEmpty() ? CompletableFuture.completedFuture(0L) : action.apply(meant);
        return made.thenApply(done -> {
            count.cursor = listing.next();
            count.add(listing.tasks().size(), done);
            return listing.next() != null && count.looked < count.total;
        });
    }

    private CompletionStage<Long> size(Shelf shelf) {
        var queue = inspection.queue(shelf.queue(), time.instant()); // also tells whether there is one
        return shelf.state() == TaskState.AGGREGATING
                ? queue.thenCompose(info -> inspection.groups(shelf.queue()))
                        .thenApply(groups -> sizeOf(shelf.group(), groups))
                : queue.thenApply(info -> info.count(shelf.state()));
    }

    private static long sizeOf(String group, List<GroupInfo> groups) {
        return groups.stream()
                .filter(info -> info.group().equals(group))
                .mapToLong(GroupInfo::size)
                .sum();
    }
}
