package io.asynq4j.cli;

import io.asynq4j.cli.output.SafeText;
import io.asynq4j.inspect.Progress;
import io.asynq4j.inspect.TaskFilter;
import io.asynq4j.spi.Shelf;
import io.asynq4j.task.TaskState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Commands that change many tasks: they ask first, and show how far they have got. */
final class BulkCommands {
    private BulkCommands() {}

    /** What they have in common. */
    abstract static class Bulk implements Callable<Integer> {
        private final Asynq4j program;
        private final String verb;
        private final String done;
        private final Set<TaskState> not;

        @Mixin
        private ShelfOptions where = new ShelfOptions();

        @Mixin
        private FilterOptions filter = new FilterOptions();

        @Mixin
        private Consent consent = new Consent();

        Bulk(Asynq4j program, String verb, String done, Set<TaskState> not) {
            this.program = program;
            this.verb = verb;
            this.done = done;
            this.not = not;
        }

        abstract long change(Asynq4j program, Shelf shelf, TaskFilter filter, Progress progress);

        @Override
        public Integer call() {
            var shelf = where.shelf(done, not);
            program.inspector().queue(shelf.queue());
            var those = (filter.isAny() ? "all " : "those ") + shelf.state().word() + " tasks of " + shelf.queue()
                    + (filter.isAny() ? "" : " that the filter means");
            consent.ask(program, verb + " " + those + "?");
            long count = ProgressLine.during(
                    program.around(), verb, progress -> change(program, shelf, filter.filter(), progress));
            told(program, count, done);
            return Exit.OK;
        }
    }

    static void told(Asynq4j program, long count, String done) {
        var tree = new LinkedHashMap<String, Object>();
        tree.put("tasks", count);
        tree.put("result", done);
        program.output().show(tree, () -> List.of(count + (count == 1 ? " task " : " tasks ") + SafeText.of(done)));
    }

    @Command(
            name = "archive-all",
            aliases = "archiveall",
            description = "Archives the tasks in one state, all or those that are meant.")
    static final class ArchiveAll extends Bulk {
        ArchiveAll(Asynq4j program) {
            super(program, "Archive", "archived", Set.of(TaskState.ACTIVE, TaskState.ARCHIVED));
        }

        @Override
        long change(Asynq4j program, Shelf shelf, TaskFilter filter, Progress progress) {
            return program.inspector().archiveAll(shelf, filter, progress);
        }
    }

    @Command(
            name = "delete-all",
            aliases = "deleteall",
            description = "Deletes the tasks in one state, all or those that are meant.")
    static final class DeleteAll extends Bulk {
        DeleteAll(Asynq4j program) {
            super(program, "Delete", "deleted", Set.of(TaskState.ACTIVE));
        }

        @Override
        long change(Asynq4j program, Shelf shelf, TaskFilter filter, Progress progress) {
            return program.inspector().deleteAll(shelf, filter, progress);
        }
    }

    @Command(
            name = "run-all",
            aliases = "runall",
            description = "Runs the tasks in one state, all or those that are meant.")
    static final class RunAll extends Bulk {
        RunAll(Asynq4j program) {
            super(program, "Run", "pending", Set.of(TaskState.ACTIVE, TaskState.PENDING));
        }

        @Override
        long change(Asynq4j program, Shelf shelf, TaskFilter filter, Progress progress) {
            return program.inspector().runAll(shelf, filter, progress);
        }
    }
}
