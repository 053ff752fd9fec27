package io.asynq4j.cli;

import io.asynq4j.cli.output.SafeText;
import io.asynq4j.spi.PeriodicEntry;
import io.asynq4j.spi.SchedulerEntry;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lets a periodic task make no tasks, or some again. */
abstract class CronPauseCommand implements Callable<Integer> {
    private static final Duration KEEP = Duration.ofDays(35);
    private static final Pattern QUEUE = Pattern.compile("Queue\\(\"([^\"\\\\]*)\"\\)");

    private final Asynq4j program;
    private final boolean pause;

    @Parameters(paramLabel = "ID", description = "The entry's id, which is its name where it has one.")
    private String id = "";

    @Option(
            names = {"-q", "--queue"},
            paramLabel = "QUEUE",
            description = "Of its tasks. Default: what the entry says.")
    private @Nullable String queue;

    CronPauseCommand(Asynq4j program, boolean pause) {
        this.program = program;
        this.pause = pause;
    }

    @Override
    public Integer call() {
        var entry = Stream.of(
                        program.inspector().schedulerEntries(), program.broker().storedPeriodic())
                .flatMap(List::stream)
                .filter(each -> each.id().equals(id))
                .findFirst();
        if (entry.isEmpty() && queue == null) {
            throw new CommandException(
                    Exit.NOT_FOUND, "no scheduler shows an entry \"" + id + "\", and none is stored; say --queue");
        }
        var where = queue == null ? entry.flatMap(CronPauseCommand::queue).orElse("default") : queue;
        program.broker().pausePeriodic(new PeriodicEntry(where, id, "", KEEP), pause);
        var tree = new LinkedHashMap<String, Object>();
        tree.put("id", id);
        tree.put("queue", where);
        tree.put("paused", pause);
        program.output().show(tree, () -> List.of(SafeText.of(id) + (pause ? " is paused" : " is running")));
        return Exit.OK;
    }

    private static Optional<String> queue(SchedulerEntry entry) {
        return entry.options().stream()
                .map(QUEUE::matcher)
                .filter(Matcher::matches)
                .map(match -> match.group(1))
                .findFirst();
    }

    @Command(
            name = "pause",
            description = {
                "Lets a periodic task make no tasks. Times that pass meanwhile are not made up for.",
                "Of our schedulers only: those of Go do not know of it."
            })
    static final class Pause extends CronPauseCommand {
        Pause(Asynq4j program) {
            super(program, true);
        }
    }

    @Command(name = "unpause", aliases = "resume", description = "Lets a paused periodic task make tasks again.")
    static final class Resume extends CronPauseCommand {
        Resume(Asynq4j program) {
            super(program, false);
        }
    }
}
