package io.asynq4j.cli;

import io.asynq4j.cli.output.SafeText;
import io.asynq4j.schedule.PeriodicTask;
import io.asynq4j.schedule.Schedule;
import io.asynq4j.schedule.StoredPeriodicTasks;
import io.asynq4j.task.Payload;
import io.asynq4j.task.Task;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "put",
        description = {
            "Stores a periodic task in Redis, in the place of the one with its name.",
            "Schedulers that take their entries from there have it within their sync interval."
        })
final class CronPutCommand implements Callable<Integer> {
    private final Asynq4j program;

    @Parameters(paramLabel = "NAME")
    private String name = "";

    @Option(
            names = "--spec",
            required = true,
            paramLabel = "CRON",
            description = "Like \"*/5 * * * *\" or \"@every 10m\".")
    private String spec = "";

    @Option(
            names = {"-t", "--type"},
            required = true,
            paramLabel = "TYPE")
    private String type = "";

    @Option(names = "--zone", paramLabel = "ZONE", description = "Like Europe/Berlin. Default: the schedulers'.")
    private @Nullable String zone;

    @Mixin
    private PayloadOptions payload = new PayloadOptions();

    @Mixin
    private TaskOptions options = new TaskOptions();

    CronPutCommand(Asynq4j program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        var task = Task.of(type, payload.payload(program.around()).orElse(Payload.none()));
        var periodic = PeriodicTask.of(spec, task).named(name).with(options.options());
        var there = zone == null ? ZoneOffset.UTC : zone(zone);
        periodic = zone == null ? periodic : periodic.inZone(there);
        var next = Schedule.of(spec, there).next(program.now());
        StoredPeriodicTasks.of(program.broker()).put(periodic);
        told(next);
        return Exit.OK;
    }

    private static ZoneId zone(String name) {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException unknown) {
            throw CommandException.usage("there is no zone \"" + name + '"');
        }
    }

    private void told(Optional<Instant> next) {
        var tree = new LinkedHashMap<String, Object>();
        tree.put("name", name);
        tree.put("spec", spec);
        tree.put("next", next.map(Instant::toString).orElse(null));
        var due = next.map(at -> ", due next at " + at + (zone == null ? " if that is in UTC" : ""))
                .orElse(", which is never due");
        program.output().show(tree, () -> List.of(SafeText.of(name) + " is stored" + due));
    }
}
