package io.asynq4j.cli;

import io.asynq4j.cli.output.Bytes;
import io.asynq4j.cli.output.SafeText;
import io.asynq4j.cli.output.Table;
import io.asynq4j.cli.output.Texts;
import io.asynq4j.cli.output.Trees;
import io.asynq4j.inspect.Page;
import io.asynq4j.spi.SchedulerEntry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "cron",
        description = "Looks at periodic tasks, and edits those that are stored in Redis.",
        subcommands = {CronPutCommand.class, CronPauseCommand.Pause.class, CronPauseCommand.Resume.class})
final class CronCommands {
    private final Asynq4j program;

    CronCommands(Asynq4j program) {
        this.program = program;
    }

    @Command(
            name = "ls",
            aliases = {"list"},
            description =
                    "The periodic tasks of all schedulers that live; with --stored those that are stored in Redis.")
    int ls(@Option(names = "--stored", description = "What schedulers are to take up.") boolean stored) {
        var entries =
                stored ? program.broker().storedPeriodic() : program.inspector().schedulerEntries();
        var table = Table.of("ID", "SPEC", "TYPE", "PAYLOAD", "OPTIONS", "NEXT", "PREVIOUS");
        for (var entry : entries) {
            table.row(
                    entry.id(),
                    entry.spec(),
                    entry.taskType(),
                    Bytes.shown(entry.payload()),
                    String.join(" ", entry.options()),
                    Texts.distance(entry.next(), program.now()),
                    Texts.distance(entry.previous(), program.now()));
        }
        program.output()
                .show(
                        entries.stream().map(CronCommands::tree).toList(),
                        table,
                        stored ? "No periodic tasks are stored." : "No scheduler lives, or none has an entry.");
        return Exit.OK;
    }

    private static Map<String, Object> tree(SchedulerEntry entry) {
        return Trees.of(entry);
    }

    @Command(description = "What periodic tasks have put on their queues, the latest first.")
    int history(
            @Parameters(arity = "1..*", paramLabel = "ID") List<String> ids,
            @Option(names = "--page", defaultValue = "1", description = "From 1 on.") long page,
            @Option(names = "--size", defaultValue = "30", description = "At most 1000. Default: ${DEFAULT-VALUE}.")
                    int size) {
        var trees = new ArrayList<Map<String, Object>>();
        var table = Table.of("ENTRY", "TASK", "AT");
        for (var id : ids) {
            for (var event : program.inspector().schedulerEvents(id, Page.of(page, size))) {
                trees.add(Trees.of(id, event));
                table.row(id, event.taskId(), Texts.time(event.at()));
            }
        }
        program.output().show(trees, table, "Nothing is known of what they did.");
        return Exit.OK;
    }

    @Command(
            aliases = {"remove"},
            description = "Removes stored periodic tasks; schedulers drop them within their sync interval.")
    int rm(@Parameters(arity = "1..*", paramLabel = "NAME") List<String> names) {
        int exit = Exit.OK;
        var trees = new ArrayList<Map<String, Object>>();
        var lines = new ArrayList<String>();
        for (var name : names) {
            var was = program.broker().unstorePeriodic(name);
            var tree = new LinkedHashMap<String, Object>();
            tree.put("name", name);
            tree.put("done", was);
            trees.add(tree);
            if (was) {
                lines.add(SafeText.of(name) + " is removed");
            } else {
                program.warn("no periodic task is stored as \"" + name + '"');
                exit = Exit.NOT_FOUND;
            }
        }
        program.output().show(trees, () -> lines);
        return exit;
    }
}
