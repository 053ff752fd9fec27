package io.asynq4j.cli.screen;

import io.asynq4j.cli.output.Table;

/** Rows of a table on the screen, the selected one turned, as many around it as fit. */
final class Rows {
    private Rows() {}

    /** @param fit how many rows there is room for */
    static void paint(Canvas canvas, Table table, int selected, int fit) {
        var lines = table.lines();
        canvas.line(" " + lines.get(0), Canvas.BOLD);
        int first = Math.max(0, Math.min(selected - fit / 2, lines.size() - 1 - fit));
        for (int i = first; i < Math.min(lines.size() - 1, first + Math.max(1, fit)); i++) {
            var text = " " + lines.get(i + 1);
            if (i == selected) {
                canvas.bar(text, Canvas.TURNED);
            } else {
                canvas.line(text, Canvas.PLAIN);
            }
        }
    }
}
