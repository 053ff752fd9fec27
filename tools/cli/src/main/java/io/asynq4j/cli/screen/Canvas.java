package io.asynq4j.cli.screen;

import io.asynq4j.cli.output.SafeText;
import java.util.ArrayList;
import java.util.List;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/** The lines of a screen, each as wide as that at most. Nothing gets on it that a terminal would act on. */
final class Canvas {
    static final AttributedStyle PLAIN = AttributedStyle.DEFAULT;
    static final AttributedStyle BOLD = PLAIN.bold();
    static final AttributedStyle FAINT = PLAIN.faint();
    static final AttributedStyle TURNED = PLAIN.inverse();
    static final AttributedStyle RED = PLAIN.foreground(AttributedStyle.RED);
    static final AttributedStyle GREEN = PLAIN.foreground(AttributedStyle.GREEN);
    static final AttributedStyle YELLOW = PLAIN.foreground(AttributedStyle.YELLOW);

    private final int columns;
    private final boolean colour;
    private final List<AttributedString> lines = new ArrayList<>();

    Canvas(int columns, boolean colour) {
        this.columns = columns;
        this.colour = colour;
    }

    /** A piece of a line. */
    record Piece(String text, AttributedStyle style) {}

    static Piece piece(String text, AttributedStyle style) {
        return new Piece(text, style);
    }

    void line(Piece... pieces) {
        var line = new AttributedStringBuilder();
        for (var piece : pieces) {
            line.append(SafeText.of(piece.text()), styled(piece.style()));
        }
        lines.add(line.toAttributedString().columnSubSequence(0, columns));
    }

    void line(String text, AttributedStyle style) {
        line(piece(text, style));
    }

    /** A line that is styled to its end. */
    void bar(String text, AttributedStyle style) {
        line(text + " ".repeat(Math.max(0, columns - text.length())), style);
    }

    void blank() {
        lines.add(AttributedString.EMPTY);
    }

    int height() {
        return lines.size();
    }

    /** Fills up with blank lines, or cuts, to {@code rows}. */
    void fill(int rows) {
        while (lines.size() < rows) {
            blank();
        }
        while (lines.size() > rows) {
            lines.remove(lines.size() - 1);
        }
    }

    List<AttributedString> lines() {
        return List.copyOf(lines);
    }

    /** Where there are no colours, what is in colour is plain; bold, faint and turned stay. */
    private AttributedStyle styled(AttributedStyle style) {
        return colour ? style : style.foregroundDefault().backgroundDefault();
    }
}
