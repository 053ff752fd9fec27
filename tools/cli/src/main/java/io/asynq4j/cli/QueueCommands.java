package io.asynq4j.cli;

import io.asynq4j.cli.output.SafeText;
import io.asynq4j.cli.output.Table;
import io.asynq4j.cli.output.Texts;
import io.asynq4j.cli.output.Trees;
import io.asynq4j.spi.QueueInfo;
import io.asynq4j.task.TaskState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "queue",
        description = "Looks at queues, pauses, drains and removes them.",
        subcommands = DrainCommand.class)
final class QueueCommands {
    private final Asynq4j program;

    QueueCommands(Asynq4j program) {
        this.program = program;
    }

    @Command(
            name = "ls",
            aliases = {"list"},
            description = "All queues.")
    int ls() {
        var sums = QueueSums.of(program.inspector());
        program.output().show(sums.queues().stream().map(Trees::of).toList(), sums.table(), "There are no queues.");
        return Exit.OK;
    }

    @Command(description = "All there is to know about queues, with about how much memory they take.")
    int inspect(@Parameters(arity = "1..*", paramLabel = "QUEUE") List<String> queues) {
        var inspector = program.inspector();
        var trees = new ArrayList<Map<String, Object>>();
        var lines = new ArrayList<String>();
        for (var name : queues) {
            var info = inspector.queue(name);
            long memory = inspector.memoryUsage(name);
            var tree = new LinkedHashMap<>(Trees.of(info));
            tree.put("memory_bytes", memory);
            trees.add(tree);
            lines.addAll(lines.isEmpty() ? List.of() : List.of(""));
            lines.addAll(lines(info, memory));
        }
        program.output().show(trees, () -> lines);
        return Exit.OK;
    }

    private List<String> lines(QueueInfo info, long memory) {
        var lines = new ArrayList<String>();
        lines.add(program.output().heading(SafeText.of(info.queue())));
        lines.add("State      " + (info.paused() ? "paused" : "running"));
        lines.add("Size       " + info.size());
        for (var state : TaskState.values()) {
            lines.add("  " + (state.word() + "            ").substring(0, 13) + info.count(state));
        }
        lines.add("Groups     " + info.groups());
        lines.add("Latency    " + Texts.length(info.latency()));
        lines.add("Memory     about " + Texts.size(memory));
        lines.add("Today      " + attempts(info.today()));
        lines.add("Ever       " + attempts(info.ever()));
        return lines;
    }

    private static String attempts(QueueInfo.Attempts attempts) {
        return attempts.processed() + " processed, " + attempts.failed() + " failed ("
                + Texts.share(attempts.failed(), attempts.processed()) + ")";
    }

    @Command(description = "Attempts by day in UTC, today first.")
    int history(
            @Parameters(arity = "1..*", paramLabel = "QUEUE") List<String> queues,
            @Option(
                            names = {"-x", "--days"},
                            defaultValue = "10",
                            description = "How many days, at most 90. Default: ${DEFAULT-VALUE}.")
                    int days) {
        var trees = new ArrayList<Map<String, Object>>();
        var table = Table.of("QUEUE", "DAY", "PROCESSED", "FAILED", "ERROR RATE");
        for (var name : queues) {
            for (var day : program.inspector().history(name, days)) {
                trees.add(Trees.of(day));
                var attempts = day.attempts();
                table.row(
                        day.queue(),
                        day.day(),
                        attempts.processed(),
                        attempts.failed(),
                        Texts.share(attempts.failed(), attempts.processed()));
            }
        }
        program.output().show(trees, table, "");
        return Exit.OK;
    }

    @Command(
            aliases = {"remove", "delete"},
            description = "Removes queues and all that belongs to them.")
    int rm(
            @Parameters(arity = "1..*", paramLabel = "QUEUE") List<String> queues,
            @Option(
                            names = {"-f", "--force"},
                            description = "Also those that hold tasks, which are deleted.")
                    boolean force,
            @Mixin Consent consent) {
        consent.ask(program, "Remove " + String.join(", ", queues) + (force ? " with all their tasks?" : "?"));
        for (var name : queues) {
            long deleted = ProgressLine.during(
                    program.around(),
                    "Remove " + name,
                    progress -> program.inspector().removeQueue(name, force, progress));
            done(name, "removed", deleted);
        }
        return Exit.OK;
    }

    @Command(description = "Lets queues give no tasks; what runs goes on, and new tasks are taken in.")
    int pause(@Parameters(arity = "1..*", paramLabel = "QUEUE") List<String> queues) {
        for (var name : queues) {
            program.inspector().queue(name); // one that nobody knows is a slip of the keyboard
            done(name, program.inspector().pause(name) ? "paused" : "paused already", null);
        }
        return Exit.OK;
    }

    @Command(
            aliases = {"resume"},
            description = "Lets paused queues give tasks again.")
    int unpause(@Parameters(arity = "1..*", paramLabel = "QUEUE") List<String> queues) {
        for (var name : queues) {
            var changed = program.inspector().unpause(name);
            if (!changed) {
                program.inspector().queue(name);
            }
            done(name, changed ? "running" : "running already", null);
        }
        return Exit.OK;
    }

    private void done(String queue, String what, @Nullable Long tasks) {
        var tree = new LinkedHashMap<String, Object>();
        tree.put("queue", queue);
        tree.put("result", what);
        if (tasks != null) {
            tree.put("tasks_deleted", tasks);
        }
        program.output()
                .show(
                        tree,
                        () -> List.of(SafeText.of(queue) + " is " + what
                                + (tasks == null || tasks == 0 ? "" : ", with " + tasks + " tasks")));
    }
}
