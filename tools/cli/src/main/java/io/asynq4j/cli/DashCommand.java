package io.asynq4j.cli;

import io.asynq4j.cli.screen.Dashboard;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jline.terminal.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "dash",
        description = {
            "A live dashboard on the whole terminal: queues, tasks, payloads, servers, rates.",
            "Keys pause, run, archive, delete and cancel, after asking; ? shows them all."
        })
final class DashCommand implements Callable<Integer> {
    private static final Duration SHORTEST = Duration.ofMillis(100);

    private final Asynq4j program;

    @Option(names = "--refresh", converter = Durations.class, description = "How often to look. Default: 2s.")
    private Duration refresh = Duration.ofSeconds(2);

    DashCommand(Asynq4j program) {
        this.program = program;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (refresh.compareTo(SHORTEST) < 0) {
            throw CommandException.usage("the refresh is too short: " + refresh.toMillis() + "ms");
        }
        var inspector = program.inspector();
        try (var terminal = open()) {
            new Dashboard(
                            terminal,
                            inspector,
                            program.time(),
                            program.where(),
                            refresh,
                            program.around()
                                    .environment()
                                    .getOrDefault("NO_COLOR", "")
                                    .isEmpty())
                    .run();
        } catch (IOException unclosed) {
            program.warn("the terminal did not close: " + unclosed.getMessage());
        }
        return Exit.OK;
    }

    private Terminal open() {
        Terminal terminal;
        try {
            terminal = program.around().screens().open();
        } catch (IOException | IllegalStateException none) {
            throw CommandException.usage("the dashboard needs a terminal");
        }
        if (terminal.getType().startsWith(Terminal.TYPE_DUMB)) {
            throw CommandException.usage("the dashboard needs a terminal that can do more than TERM=dumb");
        }
        return terminal;
    }
}
