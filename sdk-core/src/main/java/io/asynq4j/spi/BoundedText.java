package io.asynq4j.spi;

/**
 * Text from anywhere, made fit for a task's record: valid Unicode, since records hold nothing else, and not so long that it
 * outgrows the task.
 */
final class BoundedText {
    /** Longest text, in bytes of UTF-8. */
    static final int MAX_BYTES = 8 * 1024;

    private static final String CUT = "…";
    private static final int CUT_BYTES = 3;

    private BoundedText() {}

    /** {@code text}, halves of surrogate pairs replaced, and cut after a whole character when it is too long. */
    static String of(String text) {
        if (text.length() <= MAX_BYTES / 3 && text.chars().noneMatch(c -> Character.isSurrogate((char) c))) {
            return text; // the usual case
        }
        var fit = new StringBuilder();
        int bytes = 0;
        int endIfCut = 0;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            int valid = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c;
            bytes += utf8Bytes(valid);
            if (bytes > MAX_BYTES) {
                fit.setLength(endIfCut);
                return fit.append(CUT).toString();
            }
            fit.appendCodePoint(valid);
            if (bytes <= MAX_BYTES - CUT_BYTES) {
                endIfCut = fit.length();
            }
        }
        return fit.toString();
    }

    private static int utf8Bytes(int c) {
        return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    }
}
