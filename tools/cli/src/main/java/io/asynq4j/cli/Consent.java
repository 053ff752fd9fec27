package io.asynq4j.cli;

import io.asynq4j.cli.output.SafeText;
import picocli.CommandLine.Option;

/** Asking before many tasks are changed. */
final class Consent {
    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask. Where there is no terminal, nobody is asked.")
    private boolean yes;

    /** Goes on if nobody is there to be asked, or somebody says yes. */
    void ask(Asynq4j program, String question) {
        var prompt = program.around().prompt();
        if (!yes && prompt.someone() && !prompt.yes(SafeText.of(question))) {
            throw new CommandException(Exit.DECLINED, "nothing was changed");
        }
    }
}
