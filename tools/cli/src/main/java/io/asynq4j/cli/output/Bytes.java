package io.asynq4j.cli.output;

import io.asynq4j.task.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/** Payloads and results, of which nobody knows what is in them. */
public final class Bytes {
    private static final int FIRST = 16;

    private Bytes() {}

    /** The text that the bytes are, if they are UTF-8. */
    static Optional<String> text(Payload payload) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(payload.unsafeBytes()))
                    .toString());
        } catch (CharacterCodingException binary) {
            return Optional.empty();
        }
    }

    /** For people: the text on one line, safe to show, or the first bytes in hexadecimal. */
    public static String shown(Payload payload) {
        return text(payload).map(SafeText::of).orElseGet(() -> hex(payload));
    }

    /** For programs: text, or Base64 where it is none, and which of both. */
    static void put(Map<String, Object> tree, String name, Payload payload) {
        var text = text(payload);
        tree.put(name, text.orElseGet(() -> Base64.getEncoder().encodeToString(payload.unsafeBytes())));
        tree.put(name + "_encoding", text.isPresent() ? "utf-8" : "base64");
    }

    private static String hex(Payload payload) {
        int shown = Math.min(FIRST, payload.size());
        return payload.size() + " bytes: " + HexFormat.ofDelimiter(" ").formatHex(payload.unsafeBytes(), 0, shown)
                + (shown < payload.size() ? " …" : "");
    }
}
