package io.asynq4j.testing;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Any text as one word. Pure functions. */
final class Hex {
    private Hex() {}

    static String of(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    /** @throws IllegalArgumentException when that is no such word */
    static String text(String word) {
        return new String(HexFormat.of().parseHex(word), StandardCharsets.UTF_8);
    }
}
