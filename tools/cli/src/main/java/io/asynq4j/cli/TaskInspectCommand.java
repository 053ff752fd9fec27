package io.asynq4j.cli;

import io.asynq4j.cli.output.Bytes;
import io.asynq4j.cli.output.Format;
import io.asynq4j.cli.output.TaskLines;
import io.asynq4j.cli.output.Texts;
import io.asynq4j.cli.output.Trees;
import io.asynq4j.task.TaskInfo;
import io.asynq4j.task.TaskNotFoundException;
import io.asynq4j.task.TaskState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "inspect",
        aliases = "get",
        description = {
            "All there is to know about a task.",
            "With --watch also what becomes of it: it ends with 0 when the task has completed or is gone (it succeeded and is not"
                    + " kept, or was deleted), with 1 when it is archived."
        })
final class TaskInspectCommand implements Callable<Integer> {
    private static final Duration INTERVAL = Duration.ofMillis(500);

    private final Asynq4j program;

    @Mixin
    private TaskIds tasks = new TaskIds();

    @Option(names = "--watch", description = "Tell each change, until the task has ended.")
    private boolean watch;

    @Option(names = "--interval", converter = Durations.class, description = "How often to look. Default: 500ms.")
    private @Nullable Duration interval;

    @Option(
            names = "--timeout",
            converter = Durations.class,
            description = "How long to watch at most. Default: for ever.")
    private @Nullable Duration timeout;

    TaskInspectCommand(Asynq4j program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        if (!watch && (interval != null || timeout != null)) {
            throw CommandException.usage("--interval and --timeout go with --watch");
        }
        var task = program.inspector().task(tasks.queue(), tasks.id());
        var output = program.output();
        output.show(Trees.of(task), () -> TaskLines.of(task, program.now()));
        return watch ? watched(task, output.format() != Format.TABLE) : Exit.OK;
    }

    private int watched(TaskInfo first, boolean trees) {
        var end = timeout == null ? null : program.now().plus(timeout);
        var before = first;
        while (before.state() != TaskState.COMPLETED && before.state() != TaskState.ARCHIVED) {
            if (end != null && !program.now().isBefore(end)) {
                program.warn("the task is still " + before.state().word());
                return Exit.TIMEOUT;
            }
            Waiting.until(program.time(), interval == null ? INTERVAL : interval);
            TaskInfo task;
            try {
                task = program.inspector().task(first.queue(), first.id());
            } catch (TaskNotFoundException gone) {
                program.warn("the task is gone: it succeeded and is not kept, or was deleted");
                return Exit.OK;
            }
            if (isNews(before, task)) {
                tell(task, trees);
            }
            before = task;
        }
        return before.state() == TaskState.COMPLETED ? Exit.OK : Exit.FAILED;
    }

    private static boolean isNews(TaskInfo before, TaskInfo now) {
        return before.state() != now.state()
                || before.retried() != now.retried()
                || !before.result().equals(now.result());
    }

    private void tell(TaskInfo task, boolean trees) {
        if (trees) {
            program.output().show(Trees.of(task), List::of);
            return;
        }
        var error = task.state() == TaskState.RETRY || task.state() == TaskState.ARCHIVED
                ? task.lastError().map(text -> ": " + text).orElse("")
                : "";
        var result =
                task.result().map(bytes -> ", result " + Bytes.shown(bytes)).orElse("");
        program.say(Texts.time(program.now()) + "  " + task.state().word() + ", retried " + task.retried() + " of "
                + task.maxRetry() + result + error);
    }
}
