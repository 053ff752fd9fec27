package io.asynq4j.redis;

import io.asynq4j.redis.keys.Keys;
import io.asynq4j.redis.port.Call;
import io.asynq4j.spi.Inspection.Listing;
import io.asynq4j.spi.Shelf;
import io.asynq4j.spi.Steps;
import io.asynq4j.task.TaskInfo;
import io.asynq4j.task.TaskState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Tasks of a shelf, some at a time. */
final class TaskLists {
    private static final int A_STEP = 100; // tasks, since their messages are of any size

    private final Asking asking;

    TaskLists(Asking asking) {
        this.asking = asking;
    }

    CompletionStage<List<TaskInfo>> list(Shelf shelf, long offset, int limit, Instant now) {
        long start = Math.min(offset, Long.MAX_VALUE >> 12); // which Lua can count to
        var steps = new ArrayList<Call>();
        for (int passed = 0; passed < limit; passed += A_STEP) {
            var place = new Place(start + passed, null, List.of());
            steps.add(ListedTasks.call(shelf, place, 0, Math.min(A_STEP, limit - passed)));
        }
        return asking.of(shelf.queue(), steps)
                .thenApply(replies -> replies.stream()
                        .flatMap(reply -> new ListedTasks(shelf, reply).infos(now))
                        .toList());
    }

    CompletionStage<Listing> listFrom(Shelf shelf, @Nullable String cursor, int limit, Instant now) {
        var start = cursor == null ? Place.START : Place.read(cursor, !ListedTasks.isInList(shelf));
        var walk = new Walk(start);
        return asking.known(shelf.queue())
                .thenCompose(known -> Steps.taken(() -> {
                    int wanted = Math.min(A_STEP, limit - walk.listed);
                    if (wanted == 0) {
                        return CompletableFuture.completedFuture(false);
                    }
                    return listed(shelf, walk.place, wanted).thenApply(tasks -> {
                        walk.add(tasks, now);
                        return walk.more;
                    });
                }))
                .thenApply(over -> new Listing(walk.infos, walk.more ? walk.place.toString() : null));
    }

    /** How far a listing has got; used by one round after the other. */
    private static final class Walk {
        private final List<TaskInfo> infos = new ArrayList<>();
        private final List<String> ids = new ArrayList<>();
        private Place place;
        private int listed;
        private boolean more = true;

        Walk(Place place) {
            this.place = place;
        }

        void add(ListedTasks tasks, Instant now) {
            if (listed == 0) {
                ids.addAll(tasks.behind());
            }
            ids.addAll(tasks.ids());
            listed += tasks.ids().size();
            more = tasks.areMore();
            tasks.infos(now).forEach(infos::add);
            if (more) {
                place = tasks.end(ids);
            }
        }
    }

    /** Tasks from behind {@code place}; a list is looked through from there to its front until that is found. */
    private CompletionStage<ListedTasks> listed(Shelf shelf, Place place, int limit) {
        var search = new Search(place);
        var answer = new CompletableFuture<ListedTasks>();
        return Steps.taken(() -> asking.one(ListedTasks.call(shelf, search.place(), search.from(), limit))
                        .thenApply(reply -> {
                            var tasks = new ListedTasks(shelf, reply);
                            if (tasks.areFound()) {
                                answer.complete(tasks);
                                return false;
                            }
                            search.goOn(tasks.length());
                            return true;
                        }))
                .thenCompose(over -> answer);
    }

    /** Where a place in a list is looked for, one window after the other; used by one round after the other. */
    private static final class Search {
        private static final int WINDOW = 2_000; // of the script
        private static final int SLACK = 200; // for tasks that were put back in front meanwhile
        private static final int OVERLAP = 200; // for those that move while the windows are looked through

        private final Place place;
        private long from;

        Search(Place place) {
            this.place = place;
            this.from = Math.max(0, place.passed() + SLACK - WINDOW);
        }

        long from() {
            return Math.max(0, from);
        }

        /** The place, or the start when it was found nowhere. */
        Place place() {
            return from < 0 ? Place.START : place;
        }

        /** @param length of the list, which may be far shorter than the place says: cursors come from outside */
        void goOn(long length) {
            from = from == 0 ? -1 : Math.max(0, Math.min(from, length) - WINDOW + OVERLAP);
        }
    }

    /** The list or set that the tasks of a shelf are in. */
    static String key(Shelf shelf) {
        return shelf.state() == TaskState.AGGREGATING
                ? Keys.group(shelf.queue(), shelf.group())
                : Keys.prefix(shelf.queue()) + shelf.state().word();
    }
}
