package io.asynq4j.cli;

import io.asynq4j.spi.Shelf;
import io.asynq4j.task.TaskState;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "move",
        description = {
            "Moves tasks to another queue: single ones by --id, or those in one state by --state.",
            "One that waits for its time goes on waiting there; all others are pending there."
        })
final class TaskMoveCommand implements Callable<Integer> {
    private final Asynq4j program;

    @Mixin
    private TaskIds tasks = new TaskIds();

    @Option(names = "--to", required = true, paramLabel = "QUEUE")
    private String target = "";

    @Option(
            names = {"-s", "--state"},
            paramLabel = "STATE",
            converter = StatesConverter.class,
            description = "Move the tasks in this state instead of single ones.")
    private @Nullable TaskState state;

    @Option(
            names = {"-g", "--group"},
            paramLabel = "GROUP",
            description = "The group; with --state aggregating.")
    private @Nullable String group;

    @Mixin
    private FilterOptions filter = new FilterOptions();

    @Mixin
    private Consent consent = new Consent();

    TaskMoveCommand(Asynq4j program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        if (state != null) {
            if (tasks.areNamed()) {
                throw CommandException.usage("--state goes without ids: it moves all tasks in that state");
            }
            return many(state);
        }
        if (group != null || !filter.isAny()) {
            throw CommandException.usage("filters and --group go with --state");
        }
        return single();
    }

    private int single() {
        return Results.each(program, tasks.queue(), tasks.ids(), id -> {
            var moved = program.inspector().move(tasks.queue(), id, target);
            return "moved to " + target + ", where it is " + moved.state().word();
        });
    }

    private int many(TaskState state) {
        if (state == TaskState.ACTIVE) {
            throw CommandException.usage("tasks that are active cannot be moved");
        }
        var shelf = new Shelf(tasks.queue(), state, group == null ? "" : group);
        program.inspector().queue(shelf.queue());
        consent.ask(
                program,
                "Move " + state.word() + " tasks of " + shelf.queue() + " to " + target
                        + (filter.isAny() ? ", all of them?" : ", those that the filter means?"));
        long count = ProgressLine.during(
                program.around(),
                "Move",
                progress -> program.inspector().moveAll(shelf, filter.filter(), target, progress));
        BulkCommands.told(program, count, "moved to " + target);
        return Exit.OK;
    }
}
