package io.asynq4j.redis.wire;

/** Text as bytes, without anything in between. */
final class Utf8 {
    /** What stands for half of a surrogate pair, which is no character. */
    private static final int REPLACEMENT = 0xFFFD;

    private Utf8() {}

    /** How many bytes {@link #write} writes. */
    static int size(String text) {
        int length = text.length();
        int size = length;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                size += c < 0x800 ? 1 : 2;
                if (Character.isHighSurrogate(c) && i + 1 < length && Character.isLowSurrogate(text.charAt(i + 1))) {
                    i++; // four bytes for two characters
                }
            }
        }
        return size;
    }

    /** Writes {@code text} at {@code at}, and answers where it ends. */
    static int write(String text, byte[] to, int at) {
        int length = text.length();
        int i = 0;
        for (; i < length && text.charAt(i) < 0x80; i++) {
            to[at++] = (byte) text.charAt(i);
        }
        while (i < length) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (c < 0x80) {
                to[at++] = (byte) c;
            } else if (c < 0x800) {
                to[at++] = (byte) (0xC0 | (c >> 6));
                to[at++] = (byte) (0x80 | (c & 0x3F));
            } else if (c < 0x10000) {
                int valid = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? REPLACEMENT : c;
                to[at++] = (byte) (0xE0 | (valid >> 12));
                to[at++] = (byte) (0x80 | ((valid >> 6) & 0x3F));
                to[at++] = (byte) (0x80 | (valid & 0x3F));
            } else {
                to[at++] = (byte) (0xF0 | (c >> 18));
                to[at++] = (byte) (0x80 | ((c >> 12) & 0x3F));
                to[at++] = (byte) (0x80 | ((c >> 6) & 0x3F));
                to[at++] = (byte) (0x80 | (c & 0x3F));
            }
        }
        return at;
    }

    /** Whether the bytes from {@code at} up to {@code end} are text, each character in its shortest form. */
    static boolean isValid(byte[] bytes, int at, int end) {
        while (at < end) {
            int b = bytes[at++];
            if (b >= 0) {
                continue;
            }
            int more = (b & 0xE0) == 0xC0 ? 1 : (b & 0xF0) == 0xE0 ? 2 : (b & 0xF8) == 0xF0 ? 3 : 4;
            if (more > end - at || more == 4) {
                return false;
            }
            int c = b & (0x3F >> more);
            for (int last = at + more; at < last; at++) {
                if ((bytes[at] & 0xC0) != 0x80) {
                    return false;
                }
                c = (c << 6) | (bytes[at] & 0x3F);
            }
            int least = more == 1 ? 0x80 : more == 2 ? 0x800 : 0x10000;
            if (c < least || c > Character.MAX_CODE_POINT || (c >= 0xD800 && c <= 0xDFFF)) {
                return false;
            }
        }
        return true;
    }
}
