package io.asynq4j.cli.output;

import java.util.Locale;

/**
 * Text from elsewhere, such as payloads, types, errors and names, made fit for a terminal: whatever could move its cursor, change
 * its colours, title or clipboard, or turn the direction of reading, is shown as an escape like {@code \x1b}.
 */
public final class SafeText {
    private SafeText() {}

    /** {@code text} on one line, without anything that a terminal would act on. */
    public static String of(String text) {
        StringBuilder safe = null;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            int next = i + Character.charCount(c);
            if (isUnsafe(c)) {
                if (safe == null) {
                    safe = new StringBuilder(text.length() + 16).append(text, 0, i);
                }
                safe.append(escape(c));
            } else if (safe != null) {
                safe.appendCodePoint(c);
            }
            i = next;
        }
        return safe == null ? text : safe.toString();
    }

    /** Like {@link #of}, for a text of several lines, which stay lines, and stay indented. */
    public static String lines(String text) {
        return String.join(
                "\n", text.lines().map(line -> of(line.replace("\t", "    "))).toList());
    }

    private static boolean isUnsafe(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, // C0, DEL, and C1, which some terminals take for escape sequences
                    Character.FORMAT, // directions, invisible ones
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> true;
            default -> false;
        };
    }

    private static String escape(int c) {
        return switch (c) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> String.format(Locale.ROOT, c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
        };
    }
}
