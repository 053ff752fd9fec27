package io.asynq4j.cli.screen;

import static io.asynq4j.cli.screen.Canvas.piece;

import io.asynq4j.cli.output.Texts;
import io.asynq4j.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jline.utils.AttributedString;
import org.jspecify.annotations.Nullable;

/** Draws what the model holds: a heading of two lines, the view, and two lines below for messages and keys. */
final class Painter {
    /** Lines that are not for rows: heading, title, table heading, message, keys, and a blank one. */
    static final int FRAME = 7;

    private static final Duration SLOW = Duration.ofSeconds(2);

    private final Model model;
    private final String where;
    private final boolean colour;

    /** @param where which Redis, without a password */
    Painter(Model model, String where, boolean colour) {
        this.model = model;
        this.where = where;
        this.colour = colour;
    }

    List<AttributedString> paint(int columns, int rows, Instant now) {
        var canvas = new Canvas(columns, colour);
        heading(canvas, now);
        if (model.help) {
            Help.paint(canvas);
        } else if (model.view() instanceof View.Queues) {
            QueuesPainter.paint(canvas, model, columns, rows - FRAME + 1);
        } else if (model.view() instanceof View.Tasks tasks) {
            tabs(
                    canvas,
                    tasks.shelf().queue(),
                    tasks.shelf().state(),
                    tasks.shelf().group());
            TasksPainter.tasks(canvas, model, tasks, now);
        } else if (model.view() instanceof View.Groups groups) {
            tabs(canvas, groups.queue(), TaskState.AGGREGATING, "");
            TasksPainter.groups(canvas, model, rows - FRAME);
        } else if (model.view() instanceof View.Detail detail) {
            DetailPainter.paint(canvas, model, detail, columns, rows - FRAME + 1, now);
        } else if (model.view() instanceof View.Servers) {
            ServersPainter.paint(canvas, model, rows - FRAME + 1, now);
        }
        canvas.fill(Math.max(1, rows - 2));
        below(canvas);
        canvas.fill(rows);
        return canvas.lines();
    }

    private void heading(Canvas canvas, Instant now) {
        canvas.bar(" asynq4j  " + where + "  " + Texts.time(now), Canvas.TURNED);
        var rate = model.rates.ofAll();
        var figures = String.format(
                Locale.ROOT,
                " %d queues  %d servers  %.1f processed/s  %.1f failed/s",
                model.sight.queues().size(),
                model.sight.servers().size(),
                rate.processed(),
                rate.failed());
        var trouble = trouble(now);
        if (trouble == null) {
            canvas.line(figures, Canvas.PLAIN);
        } else {
            canvas.line(piece(" " + trouble, Canvas.RED.bold()), piece("   last seen:" + figures, Canvas.FAINT));
        }
    }

    private @Nullable String trouble(Instant now) {
        if (model.lostSince != null) {
            return "REDIS IS AWAY since " + Texts.length(Duration.between(model.lostSince, now)) + ": " + model.lostWhy;
        }
        var since = model.lookingSince;
        if (since != null && Duration.between(since, now).compareTo(SLOW) > 0) {
            return "waiting for Redis since " + Texts.length(Duration.between(since, now));
        }
        return null;
    }

    private void tabs(Canvas canvas, String queue, TaskState shown, String group) {
        var pieces = new ArrayList<Canvas.Piece>();
        pieces.add(piece(" " + queue + " ", Canvas.BOLD));
        var info = model.sight.queues().stream()
                .filter(each -> each.queue().equals(queue))
                .findFirst();
        for (var state : Controls.TABS) {
            var count = info.map(each -> " " + each.count(state)).orElse("");
            pieces.add(piece(" " + state.word() + count + " ", state == shown ? Canvas.TURNED : Canvas.PLAIN));
        }
        if (!group.isEmpty()) {
            pieces.add(piece("  group " + group, Canvas.BOLD));
        }
        if (info.isEmpty() && model.fresh) {
            pieces.add(piece("  is gone", Canvas.RED));
        } else if (info.isPresent() && info.get().paused()) {
            pieces.add(piece("  paused", Canvas.YELLOW));
        }
        canvas.line(pieces.toArray(Canvas.Piece[]::new));
    }

    private void below(Canvas canvas) {
        var asked = model.asked;
        if (asked != null) {
            canvas.line(
                    piece(" " + asked.question(), Canvas.YELLOW.bold()),
                    piece("  y: yes, any other key: no", Canvas.BOLD));
        } else if (model.typed != null) {
            canvas.line(" Filter: " + model.typed + "_   enter: apply, esc: leave", Canvas.BOLD);
        } else {
            canvas.line(
                    piece(model.filter().isEmpty() ? "" : " Filter: " + model.filter() + " ", Canvas.YELLOW),
                    piece(" " + model.message, Canvas.BOLD));
        }
        canvas.bar(" " + Help.keys(model.view()), Canvas.TURNED);
    }
}
