package io.asynq4j.cli;

import io.asynq4j.task.TaskNotFoundException;
import io.asynq4j.task.TaskState;
import io.asynq4j.task.TaskStateException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "cancel",
        description = {
            "Asks whoever works on tasks to stop. Without --queue the tasks are looked for in all queues.",
            "With --all, all active tasks of a queue, or those that the filter means."
        })
final class TaskCancelCommand implements Callable<Integer> {
    private final Asynq4j program;

    @Parameters(paramLabel = "ID")
    private List<String> ids = List.of();

    @Option(
            names = {"-q", "--queue"},
            paramLabel = "QUEUE")
    private @Nullable String queue;

    @Option(names = "--all", description = "All active tasks of the queue.")
    private boolean all;

    @Mixin
    private FilterOptions filter = new FilterOptions();

    @Mixin
    private Consent consent = new Consent();

    TaskCancelCommand(Asynq4j program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        if (all) {
            return many();
        }
        if (ids.isEmpty()) {
            throw CommandException.usage("which task? Give ids, or --queue with --all");
        }
        if (!filter.isAny()) {
            throw CommandException.usage("filters go with --all");
        }
        var results = new Results(program);
        ids.forEach(id -> results.one(queue == null ? "" : queue, id, this::cancel));
        return results.show();
    }

    private String cancel(String id) {
        var where = queue == null ? queueOf(id) : queue;
        program.inspector().task(where, id);
        if (!program.inspector().cancel(where, id)) {
            throw new TaskStateException(where, id, "is not active");
        }
        return "was asked to stop";
    }

    private String queueOf(String id) {
        for (var name : program.inspector().queues()) {
            try {
                if (program.inspector().task(name, id).state() == TaskState.ACTIVE) {
                    return name;
                }
            } catch (TaskNotFoundException elsewhere) {
                // in the next one, perhaps
            }
        }
        throw new CommandException(Exit.NOT_FOUND, "no queue has an active task with id \"" + id + '"');
    }

    private int many() {
        if (queue == null || !ids.isEmpty()) {
            throw CommandException.usage("--all goes with --queue, and without ids");
        }
        program.inspector().queue(queue);
        consent.ask(program, "Cancel active tasks of " + queue + "?");
        var where = queue;
        long count = ProgressLine.during(
                program.around(),
                "Cancel",
                progress -> program.inspector().cancelAll(where, filter.filter(), progress));
        BulkCommands.told(program, count, "asked to stop");
        return Exit.OK;
    }
}
