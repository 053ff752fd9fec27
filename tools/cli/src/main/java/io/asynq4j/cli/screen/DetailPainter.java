package io.asynq4j.cli.screen;

import io.asynq4j.cli.output.TaskLines;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** One task, with its payload, folded to fit and scrolled. */
final class DetailPainter {
    private DetailPainter() {}

    static void paint(Canvas canvas, Model model, View.Detail view, int columns, int fit, Instant now) {
        canvas.blank();
        var task = model.sight.task();
        if (task == null) {
            canvas.line(
                    model.fresh ? "   The task " + view.id() + " of " + view.queue() + " is gone." : "   …",
                    Canvas.FAINT);
            return;
        }
        var lines = new ArrayList<String>();
        for (var line : TaskLines.of(task, now)) {
            fold(line, Math.max(10, columns - 2), lines);
        }
        model.scroll = Math.max(0, Math.min(model.scroll, lines.size() - fit));
        lines.stream().skip(model.scroll).limit(fit).forEach(line -> canvas.line(" " + line, Canvas.PLAIN));
    }

    private static void fold(String line, int width, List<String> lines) {
        int from = 0;
        do {
            int to = line.offsetByCodePoints(from, Math.min(width, line.codePointCount(from, line.length())));
            lines.add(line.substring(from, to));
            from = to;
        } while (from < line.length());
    }
}
