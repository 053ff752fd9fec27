package io.asynq4j.cli;

import io.asynq4j.cli.output.Format;
import io.asynq4j.cli.output.Texts;
import io.asynq4j.task.BrokerUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "top", description = "Figures of all queues, again and again, until Ctrl-C.")
final class TopCommand implements Callable<Integer> {
    private static final String HOME_AND_CLEAR = "\u001b[H\u001b[J";

    private final Asynq4j program;

    @Option(
            names = "--interval",
            converter = Durations.class,
            description = "How long to wait in between. Default: 2s.")
    private Duration interval = Duration.ofSeconds(2);

    @Option(
            names = {"-c", "--count"},
            description = "Stop after so many times. Default: never.")
    private long count = Long.MAX_VALUE;

    TopCommand(Asynq4j program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        if (interval.compareTo(Duration.ofMillis(100)) < 0) {
            throw CommandException.usage("the interval is too short: " + interval.toMillis() + "ms");
        }
        for (long round = 1; round <= count; round++) {
            if (round > 1) {
                Waiting.until(program.time(), interval);
            }
            round(round);
        }
        return Exit.OK;
    }

    /** The first round fails if Redis is away; later ones say so and go on. */
    private void round(long round) {
        try {
            var sums = QueueSums.of(program.inspector());
            show(sums, program.now());
        } catch (BrokerUnavailableException away) {
            if (round == 1) {
                throw away;
            }
            program.warn(away.getMessage() + "; trying again");
        }
    }

    private void show(QueueSums sums, Instant now) {
        var output = program.output();
        if (program.around().terminal() && output.format() == Format.TABLE) {
            program.around().out().print(HOME_AND_CLEAR);
        }
        output.show(sums.tree(), () -> {
            var lines = new ArrayList<String>();
            lines.add(Texts.time(now) + "  " + sums.queues().size() + " queues, today " + sums.processedToday()
                    + " processed, " + sums.failedToday() + " failed");
            lines.addAll(sums.queues().isEmpty() ? List.of("There are no queues.") : output.table(sums.table()));
            return lines;
        });
    }
}
