package io.asynq4j.cli;

import io.asynq4j.cli.output.SafeText;
import io.asynq4j.cli.output.Texts;
import io.asynq4j.task.TaskState;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "drain",
        description = {
            "Waits until nothing is pending or active in the queues. Scheduled tasks and retries count only once they are due.",
            "It keeps nobody from putting new tasks there, and pauses nothing: a paused queue would never drain."
        })
final class DrainCommand implements Callable<Integer> {
    private final Asynq4j program;

    @Parameters(arity = "1..*", paramLabel = "QUEUE")
    private List<String> queues = List.of();

    @Option(names = "--timeout", converter = Durations.class, description = "How long to wait at most. Default: 5m.")
    private Duration timeout = Duration.ofMinutes(5);

    @Option(
            names = "--interval",
            converter = Durations.class,
            description = "How long to wait in between. Default: 1s.")
    private Duration interval = Duration.ofSeconds(1);

    DrainCommand(Asynq4j program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        var start = program.now();
        var end = start.plus(timeout);
        long rest = ProgressLine.during(program.around(), "Drain", progress -> {
            long left = left(true);
            while (left > 0 && program.now().isBefore(end)) {
                progress.tell(left + " tasks left");
                Waiting.until(program.time(), interval);
                left = left(false);
            }
            return left;
        });
        return told(rest, Duration.between(start, program.now()));
    }

    private long left(boolean first) {
        long left = 0;
        for (var name : queues) {
            var info = program.inspector().queue(name);
            left += info.count(TaskState.PENDING) + info.count(TaskState.ACTIVE);
            if (first && info.paused() && info.count(TaskState.PENDING) > 0) {
                program.warn("the queue " + name + " is paused: its pending tasks will not run");
            }
        }
        return left;
    }

    private int told(long left, Duration took) {
        var tree = new LinkedHashMap<String, Object>();
        tree.put("queues", queues);
        tree.put("drained", left == 0);
        tree.put("left", left);
        tree.put("seconds", took.toMillis() / 1000.0);
        var names = SafeText.of(String.join(", ", queues));
        program.output()
                .show(
                        tree,
                        () -> List.of(
                                left == 0
                                        ? names + (queues.size() == 1 ? " is" : " are") + " empty"
                                        : left + " tasks are left in " + names + " after " + Texts.length(took)));
        return left == 0 ? Exit.OK : Exit.TIMEOUT;
    }
}
