package io.asynq4j.cli;

import io.asynq4j.cli.output.Output;
import io.asynq4j.cli.output.Table;
import io.asynq4j.cli.output.Texts;
import io.asynq4j.task.TaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "stats", description = "Tasks by state and by queue, and what was done today.")
final class StatsCommand implements Callable<Integer> {
    private final Asynq4j program;

    StatsCommand(Asynq4j program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        var sums = QueueSums.of(program.inspector());
        var output = program.output();
        output.show(sums.tree(), () -> lines(sums, output));
        return Exit.OK;
    }

    private static List<String> lines(QueueSums sums, Output output) {
        var states = Table.of("ACTIVE", "PENDING", "GROUPED", "SCHEDULED", "RETRY", "ARCHIVED", "COMPLETED")
                .row(
                        sums.count(TaskState.ACTIVE),
                        sums.count(TaskState.PENDING),
                        sums.count(TaskState.AGGREGATING),
                        sums.count(TaskState.SCHEDULED),
                        sums.count(TaskState.RETRY),
                        sums.count(TaskState.ARCHIVED),
                        sums.count(TaskState.COMPLETED));
        var today = Table.of("PROCESSED", "FAILED", "ERROR RATE")
                .row(sums.processedToday(), sums.failedToday(), Texts.share(sums.failedToday(), sums.processedToday()));
        var lines = new ArrayList<String>();
        lines.add(output.heading("Tasks by state"));
        lines.addAll(output.table(states));
        lines.add("");
        lines.add(output.heading("Queues"));
        lines.addAll(sums.queues().isEmpty() ? List.of("There are no queues.") : output.table(sums.table()));
        lines.add("");
        lines.add(output.heading("Today, in UTC"));
        lines.addAll(output.table(today));
        return lines;
    }
}
