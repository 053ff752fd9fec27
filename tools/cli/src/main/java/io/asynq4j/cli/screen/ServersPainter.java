package io.asynq4j.cli.screen;

import io.asynq4j.cli.output.Table;
import io.asynq4j.cli.output.Texts;
import java.time.Instant;
import java.util.stream.Collectors;

/** All servers, and what they work on. */
final class ServersPainter {
    private ServersPainter() {}

    static void paint(Canvas canvas, Model model, int fit, Instant now) {
        canvas.blank();
        if (model.sight.servers().isEmpty()) {
            canvas.line(model.fresh ? "   No server lives." : "   …", Canvas.FAINT);
            return;
        }
        var table = Table.of("HOST", "PID", "STATE", "WORKERS", "STARTED", "QUEUES", "WORKS ON");
        for (var status : model.sight.servers()) {
            var server = status.server();
            table.row(
                    server.host(),
                    server.pid(),
                    server.status(),
                    status.running().size() + "/" + server.concurrency(),
                    Texts.distance(server.startedAt(), now),
                    String.join(" ", server.queues().keySet().stream().sorted().toList()),
                    status.running().stream()
                            .map(running -> running.type() + " "
                                    + Texts.distance(running.startedAt(), now).replace(" ago", ""))
                            .collect(Collectors.joining(", ")));
        }
        Rows.paint(canvas, table, model.row(), fit);
    }
}
