package io.asynq4j.cli.screen;

import io.asynq4j.cli.output.Bytes;
import io.asynq4j.cli.output.Table;
import io.asynq4j.cli.output.Texts;
import io.asynq4j.task.TaskInfo;
import java.time.Instant;

/** Tasks in one state, and groups. */
final class TasksPainter {
    private TasksPainter() {}

    static void tasks(Canvas canvas, Model model, View.Tasks view, Instant now) {
        var tasks = model.sight.tasks();
        if (tasks.isEmpty()) {
            canvas.blank();
            canvas.line(model.fresh ? "   No tasks here." : "   …", Canvas.FAINT);
            return;
        }
        canvas.line(" page " + view.page(), Canvas.FAINT);
        var table = Table.of("ID", "TYPE", "WHEN", "TRIES", "PAYLOAD", "ERROR");
        for (var task : tasks) {
            table.row(
                    task.id(),
                    task.type(),
                    when(task, now),
                    task.retried() + "/" + task.maxRetry(),
                    Texts.cut(Bytes.shown(task.payload()), 40),
                    task.orphaned()
                            ? "orphaned: its lease has expired"
                            : task.lastError().orElse(""));
        }
        Rows.paint(canvas, table, model.row(), tasks.size());
    }

    private static String when(TaskInfo task, Instant now) {
        var progress = task.progress();
        return switch (task.state()) {
            case SCHEDULED, RETRY -> Texts.distance(progress.nextProcessAt(), now);
            case ARCHIVED -> Texts.distance(progress.lastFailedAt(), now);
            case COMPLETED -> Texts.distance(progress.completedAt(), now);
            case PENDING, ACTIVE, AGGREGATING -> Texts.distance(task.sighting().since(), now);
        };
    }

    static void groups(Canvas canvas, Model model, int fit) {
        canvas.blank();
        if (model.sight.groups().isEmpty()) {
            canvas.line(model.fresh ? "   No groups here." : "   …", Canvas.FAINT);
            return;
        }
        var table = Table.of("GROUP", "TASKS");
        model.sight.groups().forEach(group -> table.row(group.group(), group.size()));
        Rows.paint(canvas, table, model.row(), fit);
    }
}
