package io.asynq4j.cli.output;

import io.asynq4j.task.TaskInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One task for people. */
public final class TaskLines {
    private TaskLines() {}

    /** All there is to know about {@code task}, safe to show. */
    public static List<String> of(TaskInfo task, Instant now) {
        var lines = new ArrayList<String>();
        line(lines, "Id", task.id());
        line(lines, "Queue", task.queue());
        line(lines, "Type", task.type());
        line(lines, "State", task.state().word() + (task.orphaned() ? ", orphaned: its lease has expired" : ""));
        line(lines, "Since", time(task.sighting().since(), now));
        task.group().ifPresent(group -> line(lines, "Group", group));
        line(lines, "Next run", time(task.progress().nextProcessAt(), now));
        line(lines, "Retried", task.retried() + " of " + task.maxRetry());
        var timeout = task.limits().timeout();
        line(lines, "Timeout", timeout == null ? "-" : Texts.length(timeout));
        line(lines, "Deadline", Texts.time(task.limits().deadline()));
        line(lines, "Retention", Texts.length(task.limits().retention()));
        task.lastError().ifPresent(error -> {
            line(lines, "Failed", time(task.progress().lastFailedAt(), now));
            line(lines, "Error", error);
        });
        if (task.progress().completedAt() != null) {
            line(lines, "Completed", time(task.progress().completedAt(), now));
        }
        task.headers().forEach((name, value) -> line(lines, "Header", name + ": " + value));
        lines.add("Payload    " + Bytes.shown(task.payload()));
        task.result().ifPresent(result -> lines.add("Result     " + Bytes.shown(result)));
        return lines;
    }

    private static String time(@Nullable Instant time, Instant now) {
        return time == null ? "-" : Texts.time(time) + " (" + Texts.distance(time, now) + ")";
    }

    private static void line(List<String> lines, String name, String value) {
        lines.add((name + "           ").substring(0, 11) + SafeText.of(value));
    }
}
