package io.asynq4j.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Single tasks of a queue. */
final class TaskIds {
    @Option(
            names = {"-q", "--queue"},
            required = true,
            paramLabel = "QUEUE")
    private String queue = "";

    @Option(
            names = {"-i", "--id"},
            paramLabel = "ID",
            description = "Can be given several times.")
    private List<String> ids = List.of();

    @Parameters(paramLabel = "ID", description = "More ids.")
    private List<String> more = List.of();

    String queue() {
        return queue;
    }

    /** Whether any are given. */
    boolean areNamed() {
        return !ids.isEmpty() || !more.isEmpty();
    }

    /** All that are given, one at least. */
    List<String> ids() {
        if (!areNamed()) {
            throw CommandException.usage("which task? Say --id");
        }
        var all = new ArrayList<>(ids);
        all.addAll(more);
        return all;
    }

    /** The only one that may be given. */
    String id() {
        if (ids().size() > 1) {
            throw CommandException.usage("this takes one id");
        }
        return ids().get(0);
    }
}
