package io.asynq4j.redis;

import io.asynq4j.redis.keys.Keys;
import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.Reply;
import io.asynq4j.spi.Shelf;
import io.asynq4j.task.TaskInfo;
import io.asynq4j.task.TaskState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Some tasks of a shelf, as the script lists them. */
final class ListedTasks {
    private static final int LOST = -1;
    private static final int FIRST = 3;
    private static final int FIELDS = 6;

    private final Shelf shelf;
    private final List<Reply> items;

    ListedTasks(Shelf shelf, Reply reply) {
        this.shelf = shelf;
        this.items = reply.items();
    }

    /** @param from where in a list the place is looked for */
    static Call call(Shelf shelf, Place place, long from, int limit) {
        var call = Call.of(Scripts.LIST_TASKS)
                .key(TaskLists.key(shelf))
                .key(Keys.lease(shelf.queue()))
                .arg(Keys.taskPrefix(shelf.queue()))
                .arg(kind(shelf))
                .arg(limit)
                .arg(place.passed());
        var score = place.score();
        call.arg(isInList(shelf) ? Long.toString(from) : score == null ? "" : score);
        place.ids().forEach(call::arg);
        return call.build();
    }

    /** Whether the place was found. */
    boolean areFound() {
        return items.get(1).integer() != LOST;
    }

    /** How long the list was, where the place was not found. */
    long length() {
        return items.get(0).integer();
    }

    /** Whether there are more behind them. */
    boolean areMore() {
        return items.get(0).integer() == 1 && items.size() > FIRST;
    }

    /** The task before the first one, if that was asked for. */
    List<String> behind() {
        var id = items.get(2).text();
        return id.isEmpty() ? List.of() : List.of(id);
    }

    List<String> ids() {
        return starts().mapToObj(i -> items.get(i).text()).toList();
    }

    /** Those that can be read. */
    Stream<TaskInfo> infos(Instant now) {
        return starts().boxed().flatMap(i -> Sighted.readable(() -> sighted(i).info(now)));
    }

    /** @param listed in a list, all tasks of the listing, and the one before them */
    Place end(List<String> listed) {
        long passed = items.get(1).integer();
        int last = items.size() - FIELDS;
        return isInList(shelf)
                ? new Place(passed, null, new ArrayList<>(listed))
                : new Place(
                        passed,
                        items.get(last + 1).text(),
                        List.of(items.get(last).text()));
    }

    private Sighted sighted(int i) {
        return new Sighted(
                shelf.state(),
                items.get(i + 2),
                items.get(i + 3),
                items.get(i + 4),
                items.get(i + 1),
                items.get(i + 5));
    }

    private IntStream starts() {
        return IntStream.iterate(FIRST, i -> i < items.size(), i -> i + FIELDS);
    }

    private static String kind(Shelf shelf) {
        return switch (shelf.state()) {
            case PENDING -> "list";
            case ACTIVE -> "active";
            case SCHEDULED, RETRY, ARCHIVED, COMPLETED, AGGREGATING -> "zset";
        };
    }

    static boolean isInList(Shelf shelf) {
        return shelf.state() == TaskState.PENDING || shelf.state() == TaskState.ACTIVE;
    }
}
