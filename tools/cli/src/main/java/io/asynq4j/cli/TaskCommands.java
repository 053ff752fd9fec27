package io.asynq4j.cli;

import static java.util.stream.Collectors.toList;

import io.asynq4j.cli.output.SafeText;
import io.asynq4j.cli.output.Trees;
import io.asynq4j.inspect.Page;
import io.asynq4j.spi.Shelf;
import io.asynq4j.task.TaskInfo;
import io.asynq4j.task.TaskState;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "task",
        description = "Looks at tasks, enqueues, runs, archives, deletes, moves and cancels them.",
        subcommands = {
            TaskInspectCommand.class,
            TaskEnqueueCommand.class,
            TaskCancelCommand.class,
            BulkCommands.ArchiveAll.class,
            BulkCommands.DeleteAll.class,
            BulkCommands.RunAll.class,
            TaskMoveCommand.class,
        })
final class TaskCommands {
    private final Asynq4j program;

    TaskCommands(Asynq4j program) {
        this.program = program;
    }

    @Command(
            name = "ls",
            aliases = {"list"},
            description = "A page of the tasks in one state.")
    int ls(
            @Mixin ShelfOptions where,
            @Option(names = "--page", defaultValue = "1", description = "From 1 on.") long page,
            @Option(names = "--size", defaultValue = "30", description = "At most 1000. Default: ${DEFAULT-VALUE}.")
                    int size,
            @Option(
                            names = {"-w", "--wide"},
                            description = "Cut no columns.")
                    boolean wide,
            @Mixin FilterOptions filter) {
        var shelf = where.shelf();
        var tasks = tasks(shelf, Page.of(page, size), filter);
        program.output()
                .show(
                        tasks.stream().map(Trees::of).toList(),
                        TaskTables.of(shelf.state(), tasks, program.now(), wide),
                        "No " + shelf.state().word() + " tasks in " + SafeText.of(shelf.queue()) + ".");
        return Exit.OK;
    }

    private List<TaskInfo> tasks(Shelf shelf, Page page, FilterOptions filter) {
        if (filter.isAny()) {
            return program.inspector().list(shelf, page);
        }
        program.inspector().queue(shelf.queue());
        try (var tasks = program.inspector().stream(shelf, filter.filter())) {
            return tasks.skip((page.number() - 1) * page.size())
                    .limit(page.size())
                    .collect(toList());
        }
    }

    @Command(description = "Archives tasks.")
    int archive(@Mixin TaskIds tasks) {
        return Results.each(program, tasks.queue(), tasks.ids(), id -> {
            program.inspector().archive(tasks.queue(), id);
            return TaskState.ARCHIVED.word();
        });
    }

    @Command(
            aliases = {"remove", "rm"},
            description = "Deletes tasks, and releases their unique locks.")
    int delete(@Mixin TaskIds tasks) {
        return Results.each(program, tasks.queue(), tasks.ids(), id -> {
            program.inspector().delete(tasks.queue(), id);
            return "deleted";
        });
    }

    @Command(
            description =
                    "Runs tasks now: moves them to pending. With a payload, one task with that instead of its own.")
    int run(@Mixin TaskIds tasks, @Mixin PayloadOptions replacement) {
        var payload = replacement.payload(program.around());
        if (payload.isPresent()) {
            tasks.id();
        }
        return Results.each(program, tasks.queue(), tasks.ids(), id -> {
            if (payload.isPresent()) {
                program.inspector().runWith(tasks.queue(), id, payload.get());
            } else {
                program.inspector().run(tasks.queue(), id);
            }
            return TaskState.PENDING.word();
        });
    }

    @Command(description = "Gives a scheduled task another payload.")
    int update(@Mixin TaskIds tasks, @Mixin PayloadOptions replacement) {
        var payload = replacement
                .payload(program.around())
                .orElseThrow(() -> CommandException.usage("which payload? Say --payload or --payload-file"));
        return Results.each(program, tasks.queue(), List.of(tasks.id()), id -> {
            program.inspector().updatePayload(tasks.queue(), id, payload);
            return "updated";
        });
    }

    @Command(description = "Puts new tasks like these on a queue, with ids of their own.")
    int copy(
            @Mixin TaskIds tasks,
            @Option(names = "--to", paramLabel = "QUEUE", description = "Default: the queue they are in.") @Nullable
                    String target) {
        return Results.each(program, tasks.queue(), tasks.ids(), id -> {
            var copy = program.inspector().copy(tasks.queue(), id, target == null ? tasks.queue() : target);
            return "copied to " + copy.queue() + " as " + copy.id();
        });
    }
}
