package io.asynq4j.cli.screen;

import io.asynq4j.spi.GroupInfo;
import io.asynq4j.spi.QueueInfo;
import io.asynq4j.task.TaskInfo;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the dashboard knows and shows. Only the thread that draws touches it. */
final class Model {
    /** Where one came from, the latest first. */
    private final Deque<Place> back = new ArrayDeque<>();

    final Rates rates = new Rates();
    Place place = new Place(new View.Queues(), 0, "");
    Sight sight = Sight.NONE;
    boolean fresh; // whether the sight is of the view
    int pageSize = 20;
    int scroll;
    boolean help;
    String message = "";

    @Nullable
    Change asked;

    @Nullable
    String typed; // a filter, while it is typed

    @Nullable
    Instant lookingSince;

    @Nullable
    Instant lostSince;

    String lostWhy = "";

    /** A view, with what is selected there. */
    record Place(View view, int row, String filter) {}

    /**
     * Something that changes what is there.
     *
     * @param question to be answered with yes
     */
    record Change(String question, Supplier<CompletionStage<String>> action) {}

    View view() {
        return place.view();
    }

    String filter() {
        return place.filter();
    }

    /** Goes to another view, from which there is a way back. */
    void enter(View view) {
        back.push(place);
        show(view, "");
    }

    /** Goes to another view in place of this one. */
    void show(View view, String filter) {
        place = new Place(view, 0, filter);
        sight = sight.with(List.of(), List.of(), null);
        fresh = false;
        scroll = 0;
        message = "";
    }

    /** Goes back, if there is anywhere to go. */
    void back() {
        var last = back.poll();
        if (last != null) {
            show(last.view(), last.filter());
            place = last;
        }
    }

    void select(int row) {
        place = new Place(place.view(), Math.max(0, Math.min(row, Math.max(0, rows() - 1))), place.filter());
    }

    /** The selected row, which may have gone. */
    int row() {
        return Math.min(place.row(), Math.max(0, rows() - 1));
    }

    int rows() {
        if (view() instanceof View.Queues) {
            return queues().size();
        }
        if (view() instanceof View.Tasks) {
            return sight.tasks().size();
        }
        if (view() instanceof View.Groups) {
            return sight.groups().size();
        }
        return view() instanceof View.Servers ? sight.servers().size() : 0;
    }

    /** The queues that the filter lets through. */
    List<QueueInfo> queues() {
        return sight.queues().stream()
                .filter(queue -> queue.queue().contains(filter()))
                .toList();
    }

    Optional<QueueInfo> selectedQueue() {
        return at(queues());
    }

    Optional<GroupInfo> selectedGroup() {
        return at(sight.groups());
    }

    /** The task that is meant: the selected one, or the one that is shown. */
    Optional<TaskInfo> selectedTask() {
        return view() instanceof View.Detail ? Optional.ofNullable(sight.task()) : at(sight.tasks());
    }

    private <T> Optional<T> at(List<T> list) {
        return list.isEmpty() ? Optional.empty() : Optional.of(list.get(Math.min(place.row(), list.size() - 1)));
    }
}
