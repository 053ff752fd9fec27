package io.asynq4j.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;

@Command(
        name = "completion",
        description = {
            "Writes a script that completes commands and options in bash and zsh.",
            "For one session: source <(asynq4j completion)"
        })
final class CompletionCommand implements Callable<Integer> {
    private final Asynq4j program;

    CompletionCommand(Asynq4j program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        program.around().out().print(AutoComplete.bash("asynq4j", program.commandLine()));
        return Exit.OK;
    }
}
