package io.asynq4j.cli.screen;

import io.asynq4j.cli.output.SafeText;
import io.asynq4j.inspect.AsyncInspector;
import io.asynq4j.inspect.Progress;
import io.asynq4j.inspect.TaskFilter;
import io.asynq4j.spi.Shelf;
import io.asynq4j.task.TaskInfo;
import io.asynq4j.task.TaskState;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** What keys do. */
final class Controls {
    /** The states in the order of the tabs. */
    static final List<TaskState> TABS = List.of(
            TaskState.PENDING,
            TaskState.ACTIVE,
            TaskState.SCHEDULED,
            TaskState.RETRY,
            TaskState.ARCHIVED,
            TaskState.COMPLETED,
            TaskState.AGGREGATING);

    private final Model model;
    private final AsyncInspector inspector;
    private final Consumer<String> tell; // from any thread
    private final Consumer<Model.Change> perform;

    Controls(Model model, AsyncInspector inspector, Consumer<String> tell, Consumer<Model.Change> perform) {
        this.model = model;
        this.inspector = inspector;
        this.tell = tell;
        this.perform = perform;
    }

    /** Does what {@code key} stands for; whether the dashboard goes on. */
    boolean pressed(String key) {
        if (key.equals(Keys.INTERRUPT) || key.equals(Keys.CLOSED)) {
            return false;
        }
        var asked = model.asked;
        if (asked != null) {
            answered(asked, key);
        } else if (model.typed != null) {
            typed(model.typed, key);
        } else if (model.help) {
            model.help = false;
        } else if (key.equals("q")) {
            return false;
        } else {
            command(key);
        }
        return true;
    }

    private void answered(Model.Change asked, String key) {
        model.asked = null;
        if (key.equals("y") || key.equals("Y")) {
            perform.accept(asked);
        } else {
            model.message = "Nothing was changed.";
        }
    }

    private void typed(String text, String key) {
        switch (key) {
            case Keys.ENTER -> {
                model.typed = null;
                var view = model.view();
                model.show(view instanceof View.Tasks tasks ? new View.Tasks(tasks.shelf(), 1) : view, text);
            }
            case Keys.ESCAPE -> model.typed = null;
            case Keys.BACKSPACE ->
                model.typed = text.isEmpty() ? text : text.substring(0, text.offsetByCodePoints(text.length(), -1));
            default -> model.typed = key.length() == 1 ? text + key : text;
        }
    }

    private void command(String key) {
        model.message = "";
        switch (key) {
            case Keys.UP, "k" -> move(-1);
            case Keys.DOWN, "j" -> move(1);
            case Keys.HOME -> move(-Integer.MAX_VALUE / 2);
            case Keys.END -> move(Integer.MAX_VALUE / 2);
            case Keys.PAGE_DOWN, " ", "n" -> turn(1);
            case Keys.PAGE_UP, "b" -> turn(-1);
            case Keys.LEFT -> tab(-1);
            case Keys.RIGHT, Keys.TAB -> tab(1);
            case Keys.ENTER -> open();
            case Keys.ESCAPE, Keys.BACKSPACE -> model.back();
            case "?", "h" -> model.help = true;
            case "s" -> {
                if (!(model.view() instanceof View.Servers)) {
                    model.enter(new View.Servers());
                }
            }
            case "/" -> {
                if (model.view() instanceof View.Tasks || model.view() instanceof View.Queues) {
                    model.typed = model.filter();
                }
            }
            case "p" -> pause();
            case "r" ->
                one("Run", task -> inspector.run(task.queue(), task.id()).thenApply(done -> "runs now"));
            case "a" ->
                one(
                        "Archive",
                        task -> inspector.archive(task.queue(), task.id()).thenApply(done -> "is archived"));
            case "d" ->
                one("Delete", task -> inspector.delete(task.queue(), task.id()).thenApply(done -> "is deleted"));
            case "c" ->
                one(
                        "Cancel",
                        task -> inspector
                                .cancel(task.queue(), task.id())
                                .thenApply(asked -> asked ? "was asked to stop" : "is not active"));
            case "R" -> all("Run", shelf -> inspector.runAll(shelf, TaskFilter.any(), progress("Run")));
            case "A" -> all("Archive", shelf -> inspector.archiveAll(shelf, TaskFilter.any(), progress("Archive")));
            case "D" -> all("Delete", shelf -> inspector.deleteAll(shelf, TaskFilter.any(), progress("Delete")));
            default -> {}
        }
    }

    private void move(int rows) {
        if (model.view() instanceof View.Detail) {
            model.scroll = Math.max(0, model.scroll + rows);
        } else {
            model.select(model.row() + rows);
        }
    }

    private void turn(int pages) {
        if (model.view() instanceof View.Tasks tasks) {
            if (pages < 0 ? tasks.page() > 1 : model.sight.tasks().size() == model.pageSize) {
                model.show(tasks.turned(pages), model.filter());
            }
        } else {
            move(pages * model.pageSize);
        }
    }

    private void tab(int steps) {
        String queue;
        TaskState state;
        if (model.view() instanceof View.Tasks tasks) {
            queue = tasks.shelf().queue();
            state = tasks.shelf().state();
        } else if (model.view() instanceof View.Groups groups) {
            queue = groups.queue();
            state = TaskState.AGGREGATING;
        } else {
            return;
        }
        var next = TABS.get(Math.floorMod(TABS.indexOf(state) + steps, TABS.size()));
        model.show(
                next == TaskState.AGGREGATING ? new View.Groups(queue) : new View.Tasks(queue, next), model.filter());
    }

    private void open() {
        if (model.view() instanceof View.Queues) {
            model.selectedQueue()
                    .ifPresent(queue -> model.enter(new View.Tasks(queue.queue(), busiest(queue.tasks()))));
        } else if (model.view() instanceof View.Groups groups) {
            model.selectedGroup()
                    .ifPresent(group -> model.enter(new View.Tasks(Shelf.group(groups.queue(), group.group()), 1)));
        } else if (model.view() instanceof View.Tasks) {
            model.selectedTask().ifPresent(task -> model.enter(new View.Detail(task.queue(), task.id())));
        }
    }

    /** The first tab where there is something to see; the groups are another view. */
    private static TaskState busiest(Map<TaskState, Long> tasks) {
        return TABS.stream()
                .filter(state -> state != TaskState.AGGREGATING && tasks.getOrDefault(state, 0L) > 0)
                .findFirst()
                .orElse(TaskState.PENDING);
    }

    private void pause() {
        model.selectedQueue()
                .filter(queue -> model.view() instanceof View.Queues)
                .ifPresent(queue -> {
                    var name = queue.queue();
                    var change = queue.paused()
                            ? new Model.Change(
                                    "Let " + name + " give tasks again?",
                                    () -> inspector.unpause(name).thenApply(done -> name + " is running."))
                            : new Model.Change(
                                    "Pause " + name + "?",
                                    () -> inspector.pause(name).thenApply(done -> name + " is paused."));
                    ask(change);
                });
    }

    /** Asks whether to do {@code action}, which answers what has become of the task. */
    private void one(String verb, Function<TaskInfo, CompletionStage<String>> action) {
        model.selectedTask()
                .ifPresent(task -> ask(new Model.Change(
                        verb + " " + task.type() + " " + task.id() + "?",
                        () -> action.apply(task).thenApply(become -> task.id() + " " + become + "."))));
    }

    private void all(String verb, Function<Shelf, CompletionStage<Long>> action) {
        if (model.view() instanceof View.Tasks tasks) {
            if (!model.filter().isEmpty()) {
                model.message = "Take the filter away first: this is for all tasks.";
                return;
            }
            var shelf = tasks.shelf();
            Supplier<CompletionStage<String>> run =
                    () -> action.apply(shelf).thenApply(count -> verb + ": " + count + " tasks.");
            ask(new Model.Change(verb + " ALL " + shelf.state().word() + " tasks of " + shelf.queue() + "?", run));
        }
    }

    private void ask(Model.Change change) {
        model.asked = new Model.Change(SafeText.of(change.question()), change.action());
    }

    private Progress progress(String verb) {
        return (done, total) -> tell.accept(verb + ": " + done + " of " + total);
    }
}
