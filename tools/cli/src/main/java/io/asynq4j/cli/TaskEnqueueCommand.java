package io.asynq4j.cli;

import io.asynq4j.cli.output.SafeText;
import io.asynq4j.cli.output.Trees;
import io.asynq4j.client.TaskClient;
import io.asynq4j.task.Payload;
import io.asynq4j.task.Task;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "enqueue", description = "Puts a task on a queue.")
final class TaskEnqueueCommand implements Callable<Integer> {
    private final Asynq4j program;

    @Option(
            names = {"-t", "--type", "--type-name", "--type_name"},
            required = true,
            paramLabel = "TYPE")
    private String type = "";

    @Mixin
    private PayloadOptions payload = new PayloadOptions();

    @Mixin
    private TaskOptions options = new TaskOptions();

    @Option(
            names = {"-i", "--id"},
            paramLabel = "ID",
            description = "The task's id. Default: a random one.")
    private @Nullable String id;

    TaskEnqueueCommand(Asynq4j program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        var task = Task.of(type, payload.payload(program.around()).orElse(Payload.none()));
        var all = id == null ? options.options() : options.options().taskId(id);
        try (var client = TaskClient.of(program.broker(), program.time())) {
            var info = client.enqueue(task, all);
            program.output()
                    .show(
                            Trees.of(info),
                            () -> List.of(SafeText.of(info.id()) + " is "
                                    + info.state().word() + " in " + SafeText.of(info.queue())));
        }
        return Exit.OK;
    }
}
