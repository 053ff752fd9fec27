package io.asynq4j.cli;

import io.asynq4j.cli.output.Table;
import io.asynq4j.cli.output.Texts;
import io.asynq4j.cli.output.Trees;
import io.asynq4j.spi.ServerInfo;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

@Command(name = "server", description = "Looks at servers.")
final class ServerCommands {
    private final Asynq4j program;

    ServerCommands(Asynq4j program) {
        this.program = program;
    }

    @Command(
            name = "ls",
            aliases = {"list"},
            description = "The servers that live, of either language.")
    int ls() {
        var servers = program.inspector().servers();
        var table = Table.of("HOST", "PID", "STATE", "WORKERS", "QUEUES", "STARTED");
        for (var status : servers) {
            var server = status.server();
            table.row(
                    server.host(),
                    server.pid(),
                    server.status(),
                    server.activeWorkers() + "/" + server.concurrency(),
                    queues(server),
                    Texts.distance(server.startedAt(), program.now()));
        }
        program.output().show(servers.stream().map(Trees::of).toList(), table, "No server lives.");
        return Exit.OK;
    }

    /** Like {@code critical:6 default:3}, the weightiest first. */
    private static String queues(ServerInfo server) {
        return server.queues().entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .map(queue -> queue.getKey() + ":" + queue.getValue())
                .collect(Collectors.joining(" ", "", server.strictPriority() ? " (strict)" : ""));
    }
}
