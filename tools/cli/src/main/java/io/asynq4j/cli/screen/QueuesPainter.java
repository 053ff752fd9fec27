package io.asynq4j.cli.screen;

import io.asynq4j.cli.output.Table;
import io.asynq4j.cli.output.Texts;
import io.asynq4j.task.TaskState;
import java.util.Locale;

/** All queues, with what they did lately. */
final class QueuesPainter {
    private static final int SPARK = 20;
    private static final int NARROW = 150;

    private QueuesPainter() {}

    static void paint(Canvas canvas, Model model, int columns, int fit) {
        canvas.blank();
        var queues = model.queues();
        if (queues.isEmpty()) {
            canvas.line(model.fresh ? "   There are no queues." : "   …", Canvas.FAINT);
            return;
        }
        int spark = columns < NARROW ? SPARK / 2 : SPARK;
        var table = Table.of(
                "QUEUE",
                "",
                "PENDING",
                "ACTIVE",
                "SCHED",
                "RETRY",
                "ARCH",
                "COMPL",
                "GROUP",
                "LATENCY",
                "DONE/S",
                "DONE",
                "FAILED/S",
                "FAILED");
        for (var queue : queues) {
            var rate = model.rates.of(queue.queue());
            table.row(
                    queue.queue(),
                    queue.paused() ? "paused" : "",
                    queue.count(TaskState.PENDING),
                    queue.count(TaskState.ACTIVE),
                    queue.count(TaskState.SCHEDULED),
                    queue.count(TaskState.RETRY),
                    queue.count(TaskState.ARCHIVED),
                    queue.count(TaskState.COMPLETED),
                    queue.count(TaskState.AGGREGATING),
                    Texts.length(queue.latency()),
                    String.format(Locale.ROOT, "%.1f", rate.processed()),
                    model.rates.spark(queue.queue(), false, spark),
                    String.format(Locale.ROOT, "%.1f", rate.failed()),
                    model.rates.spark(queue.queue(), true, spark));
        }
        Rows.paint(canvas, table, model.row(), fit);
    }
}
