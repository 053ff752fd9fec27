package io.asynq4j.cli.output;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jline.utils.WCWidth;

/** Rows under headings, in columns that are as wide as they need. Made and used by one thread. */
public final class Table {
    /** Where a cell is cut in a table that is not {@link #wide}. */
    static final int CELL = 60;

    private final List<String> headings;
    private final List<List<String>> rows = new ArrayList<>();
    private final boolean[] numbers;
    private int most = CELL;

    private Table(List<String> headings) {
        this.headings = headings;
        this.numbers = new boolean[headings.size()];
        Arrays.fill(numbers, true);
    }

    /** An empty table. */
    public static Table of(String... headings) {
        return new Table(List.of(headings));
    }

    /** Cuts no cells. */
    public Table wide(boolean wide) {
        most = wide ? Integer.MAX_VALUE : CELL;
        return this;
    }

    /** Adds a row; text is made safe to show, columns of nothing but numbers are aligned to the right. */
    public Table row(Object... cells) {
        if (cells.length != headings.size()) {
            throw new IllegalArgumentException(cells.length + " cells under " + headings);
        }
        var row = new ArrayList<String>(cells.length);
        for (int i = 0; i < cells.length; i++) {
            numbers[i] &= cells[i] instanceof Number;
            row.add(Texts.cut(SafeText.of(String.valueOf(cells[i])), most));
        }
        rows.add(row);
        return this;
    }

    /** All lines, the headings first. */
    public List<String> lines() {
        int[] widths = new int[headings.size()];
        for (int i = 0; i < widths.length; i++) {
            int column = i;
            widths[i] = Math.max(
                    width(headings.get(i)),
                    rows.stream().mapToInt(row -> width(row.get(column))).max().orElse(0));
        }
        var lines = new ArrayList<String>(rows.size() + 1);
        lines.add(line(headings, widths));
        rows.forEach(row -> lines.add(line(row, widths)));
        return lines;
    }

    private String line(List<String> cells, int[] widths) {
        var line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            var gap = " ".repeat(widths[i] - width(cells.get(i)));
            line.append(i == 0 ? "" : "  ");
            line.append(numbers[i] && !rows.isEmpty() ? gap + cells.get(i) : cells.get(i) + gap);
        }
        return line.toString().stripTrailing();
    }

    private static int width(String text) {
        return text.codePoints().map(c -> Math.max(0, WCWidth.wcwidth(c))).sum();
    }
}
