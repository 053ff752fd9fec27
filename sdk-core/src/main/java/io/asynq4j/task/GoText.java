package io.asynq4j.task;

import java.util.Locale;

/**
 * Text in quotes, as Go writes it and reads it back, since error texts and options in Redis are read and compared by Go programs
 * too.
 */
public final class GoText {
    private static final String ESCAPED = "\u0007\b\f\n\r\t\u000b\\\"";
    private static final String LETTERS = "abfnrtv\\\"";

    private GoText() {}

    /** Quotes {@code text} as Go's {@code %q} verb does (package strconv, function Quote). */
    public static String quote(String text) {
        var quoted = new StringBuilder("\"");
        text.codePoints().forEach(point -> {
            int escaped = ESCAPED.indexOf(point);
            if (escaped >= 0) {
                quoted.append('\\').append(LETTERS.charAt(escaped));
            } else if (isPrintable(point)) {
                quoted.appendCodePoint(point);
            } else {
                quoted.append(
                        point < 0x80
                                ? String.format(Locale.ROOT, "\\x%02x", point)
                                : point < 0x10000
                                        ? String.format(Locale.ROOT, "\\u%04x", point)
                                        : String.format(Locale.ROOT, "\\U%08x", point));
            }
        });
        return quoted.append('"').toString();
    }

    /**
     * The text that {@link #quote} has made {@code text} of.
     *
     * @throws IllegalArgumentException when {@code text} is not in double quotes, or has an escape that is none
     */
    public static String unquote(String text) {
        if (text.length() < 2 || !text.startsWith("\"") || !text.endsWith("\"")) {
            throw new IllegalArgumentException("not in quotes: " + text);
        }
        var plain = new StringBuilder();
        int end = text.length() - 1;
        for (int at = 1; at < end; at++) {
            char c = text.charAt(at);
            if (c != '\\') {
                plain.append(c);
                continue;
            }
            char kind = text.charAt(++at);
            int letter = LETTERS.indexOf(kind);
            int digits = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
            if (at >= end || (letter < 0 && digits == 0) || at + digits >= end) {
                throw new IllegalArgumentException("not a Go string: " + text);
            }
            if (letter >= 0) {
                plain.append(ESCAPED.charAt(letter));
            } else {
                plain.appendCodePoint(Integer.parseInt(text.substring(at + 1, at + 1 + digits), 16));
                at += digits;
            }
        }
        return plain.toString();
    }

    /** Letters, marks, numbers, punctuation, symbols and the ASCII space, as Go's strconv.IsPrint. */
    private static boolean isPrintable(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> point == ' ';
            default -> true;
        };
    }
}
