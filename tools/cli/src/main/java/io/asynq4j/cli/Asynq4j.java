package io.asynq4j.cli;

import io.asynq4j.cli.output.Format;
import io.asynq4j.cli.output.Output;
import io.asynq4j.cli.output.SafeText;
import io.asynq4j.inspect.Inspector;
import io.asynq4j.spi.Broker;
import io.asynq4j.time.Timekeeper;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program: what all commands share. Used by one thread, for one command. */
@Command(
        name = "asynq4j",
        description = "Looks at queues and tasks of asynq4j and asynq, moves them by hand, and shows them live.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        usageHelpAutoWidth = true,
        subcommands = {
            StatsCommand.class,
            TopCommand.class,
            DashCommand.class,
            DoctorCommand.class,
            MetricsCommand.class,
            QueueCommands.class,
            TaskCommands.class,
            GroupCommands.class,
            ServerCommands.class,
            CronCommands.class,
            CompletionCommand.class,
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:it failed, or some of it did",
            "2:the command line, the configuration or a value cannot be",
            "3:there is no such queue, task or entry",
            "4:Redis cannot be reached or does not answer",
            "5:the state of what is there does not allow it",
            "6:somebody was asked, and did not say yes",
            "7:it took longer than it was allowed to",
        })
final class Asynq4j implements AutoCloseable, Runnable {
    private final Surroundings around;
    private @Nullable Broker broker;
    private @Nullable Settings settings;
    private String where = "";

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private Connection connection = new Connection();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "Settings in YAML. Default: ASYNQ4J_CONFIG, or ~/.asynq4j.yaml where there is one.")
    private @Nullable Path config;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            scope = ScopeType.INHERIT,
            description = "How results are written: table, json or yaml. Default: table.")
    private @Nullable Format output;

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Write a log to standard error.")
    private boolean verbose;

    Asynq4j(Surroundings around) {
        this.around = around;
    }

    /** Runs one command, and answers what to exit with. */
    static int run(Surroundings around, String... args) {
        try (var program = new Asynq4j(around)) {
            return program.commandLine().execute(args);
        }
    }

    CommandLine commandLine() {
        var line = new CommandLine(this, new Commands(this))
                .setOut(around.out())
                .setErr(around.err())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setAbbreviatedOptionsAllowed(false)
                .setColorScheme(CommandLine.Help.defaultColorScheme(
                        around.colour() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF))
                .setExecutionStrategy(parsed -> {
                    Logging.set(verbose, around.err());
                    return new CommandLine.RunLast().execute(parsed);
                });
        return line.setParameterExceptionHandler((wrong, args) -> {
                    around.err().println("asynq4j: " + SafeText.of(String.valueOf(wrong.getMessage())));
                    around.err()
                            .println("See: "
                                    + wrong.getCommandLine().getCommandSpec().qualifiedName() + " --help");
                    return Exit.USAGE;
                })
                .setExecutionExceptionHandler((failure, failed, parsed) -> Failures.told(failure, around.err()));
    }

    /** Without a command: which ones there are. */
    @Override
    public void run() {
        if (spec != null) {
            spec.commandLine().usage(around.out());
        }
    }

    Surroundings around() {
        return around;
    }

    Timekeeper time() {
        return around.time();
    }

    Instant now() {
        return around.time().instant();
    }

    /** The broker, opened at the first call. */
    Broker broker() {
        if (broker == null) {
            var uri = connection.uri(settings(), around);
            where = uri.toString();
            broker = around.opener().open(uri);
        }
        return broker;
    }

    /** Which broker that is, without user and password; empty while none is open. */
    String where() {
        return where;
    }

    Inspector inspector() {
        return Inspector.of(broker(), around.time());
    }

    Output output() {
        return new Output(around.out(), format(), around.colour());
    }

    private Format format() {
        if (output != null) {
            return output;
        }
        var word = settings().get("output").orElse("table");
        return Arrays.stream(Format.values())
                .filter(format -> format.name().equals(word.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> CommandException.usage("output is table, json or yaml: " + word));
    }

    Settings settings() {
        if (settings == null) {
            settings = Settings.read(config, around, this::warn);
        }
        return settings;
    }

    /** Tells people something that is no result. */
    void say(String line) {
        around.out().println(SafeText.of(line));
        around.out().flush();
    }

    /** Tells people what they should know, beside the results. */
    void warn(String line) {
        around.err().println("asynq4j: " + SafeText.of(line));
        around.err().flush();
    }

    @Override
    public void close() {
        if (broker != null) {
            broker.close();
        }
        around.out().flush();
        around.err().flush();
    }
}
