package io.asynq4j.testing.contract;

import static io.asynq4j.testing.contract.Trial.QUEUE;
import static io.asynq4j.testing.contract.Trial.options;

import io.asynq4j.spi.Change;
import io.asynq4j.spi.Ending;
import io.asynq4j.spi.Inspection;
import io.asynq4j.spi.QueueInfo;
import io.asynq4j.spi.Shelf;
import io.asynq4j.task.Options;
import io.asynq4j.task.TaskInfo;
import io.asynq4j.task.TaskState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looking and moving by hand in a trial. */
final class InspectTrial {
    static final String GROUP = Groups.GROUP;

    /** A queue that is not there. */
    static final String NOWHERE = "nowhere";

    private final Trial trial;

    InspectTrial(Trial trial) {
        this.trial = trial;
    }

    Inspection inspection() {
        return trial.broker().inspection();
    }

    /** A task of this id, in this state of the default queue. */
    void put(TaskState state, String id) {
        put(state, id, options());
    }

    void put(TaskState state, String id, Options options) {
        switch (state) {
            case PENDING -> trial.accept(trial.place(id, options));
            case SCHEDULED -> trial.accept(trial.place(id, options.processIn(Duration.ofHours(1))));
            case AGGREGATING -> trial.accept(trial.place(id, options.group(GROUP)));
            case ACTIVE -> trial.taken(id, options);
            case RETRY -> trial.settle(Trial.retried(trial.taken(id, options), trial.in(600)));
            case ARCHIVED -> trial.settle(Trial.archived(trial.taken(id, options)));
            case COMPLETED ->
                trial.settle(new Ending.Completed(trial.taken(id, options.retention(Duration.ofHours(1)))));
        }
    }

    Shelf shelf(TaskState state) {
        return state == TaskState.AGGREGATING ? Shelf.group(QUEUE, GROUP) : Shelf.of(QUEUE, state);
    }

    QueueInfo info() {
        return trial.answer(inspection().queue(QUEUE, trial.now()));
    }

    TaskInfo task(String id) {
        var found = trial.answer(inspection().task(QUEUE, id, trial.now()));
        trial.isTrue("a task " + id, found.isPresent(), found);
        return found.orElseThrow();
    }

    List<String> page(Shelf shelf, long offset, int limit) {
        return ids(trial.answer(inspection().list(shelf, offset, limit, trial.now())));
    }

    Inspection.Listing from(Shelf shelf, @Nullable String cursor, int limit) {
        return trial.answer(inspection().listFrom(shelf, cursor, limit, trial.now()));
    }

    /** All ids of a shelf, in listings of this size. */
    List<String> walk(Shelf shelf, int limit) {
        var ids = new ArrayList<String>();
        String cursor = null;
        do {
            var listing = from(shelf, cursor, limit);
            ids.addAll(ids(listing.tasks()));
            cursor = listing.next();
        } while (cursor != null);
        return ids;
    }

    List<Change.Outcome> change(Change change, String... ids) {
        return trial.answer(inspection().change(QUEUE, Arrays.asList(ids), change, trial.now()));
    }

    void becomes(Change.Outcome expected, Change change, String id) {
        trial.equal(change + " of " + id, List.of(expected), change(change, id));
    }

    void left(int expected, TaskState state, Change change, int limit) {
        trial.equal(
                "number of " + state + " tasks that left",
                expected,
                trial.answer(inspection().changeAll(shelf(state), change, limit, trial.now())));
    }

    Inspection.Removal remove(boolean force, int limit) {
        return trial.answer(inspection().remove(QUEUE, force, limit, trial.now()));
    }

    /** Begins to aggregate a group. */
    void stage(String group) {
        var groups = new Groups(trial);
        var staged = groups.tryStage(groups.set(group), Groups.ANY);
        trial.isTrue("a set is staged", staged.members() > 0, staged);
    }

    /** Expects that looking has changed nothing. */
    void onlyKnows(String... queues) {
        trial.equal("queues", Set.of(queues), trial.view().queues());
    }

    static List<String> ids(List<TaskInfo> tasks) {
        return tasks.stream().map(TaskInfo::id).toList();
    }
}
