package io.asynq4j.cli;

import io.asynq4j.spi.Shelf;
import io.asynq4j.task.TaskState;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the tasks lie that are meant. */
final class ShelfOptions {
    @Option(
            names = {"-q", "--queue"},
            required = true,
            paramLabel = "QUEUE")
    private String queue = "";

    @Option(
            names = {"-s", "--state"},
            required = true,
            paramLabel = "STATE",
            converter = StatesConverter.class,
            description = "active, pending, scheduled, retry, archived, completed or aggregating.")
    private TaskState state = TaskState.PENDING;

    @Option(
            names = {"-g", "--group"},
            paramLabel = "GROUP",
            description = "The group; with aggregating tasks, and only with them.")
    private @Nullable String group;

    Shelf shelf() {
        return new Shelf(queue, state, group == null ? "" : group);
    }

    /** The shelf, if {@code what} can be done to tasks in its state. */
    Shelf shelf(String what, Set<TaskState> not) {
        if (not.contains(state)) {
            throw CommandException.usage("tasks that are " + state.word() + " cannot be " + what);
        }
        return shelf();
    }
}
