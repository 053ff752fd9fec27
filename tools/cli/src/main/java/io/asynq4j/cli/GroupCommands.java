package io.asynq4j.cli;

import io.asynq4j.cli.output.SafeText;
import io.asynq4j.cli.output.Table;
import io.asynq4j.cli.output.Trees;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "group", description = "Looks at groups.")
final class GroupCommands {
    private final Asynq4j program;

    GroupCommands(Asynq4j program) {
        this.program = program;
    }

    @Command(
            name = "ls",
            aliases = {"list"},
            description = "The groups of a queue, and how many tasks wait in each.")
    int ls(
            @Option(
                            names = {"-q", "--queue"},
                            required = true)
                    String queue) {
        program.inspector().queue(queue); // one that nobody knows has no groups either, but that is a slip
        var groups = program.inspector().groups(queue);
        var table = Table.of("GROUP", "SIZE");
        groups.forEach(group -> table.row(group.group(), group.size()));
        program.output()
                .show(
                        groups.stream().map(group -> Trees.of(queue, group)).toList(),
                        table,
                        SafeText.of(queue) + " has no groups.");
        return Exit.OK;
    }
}
