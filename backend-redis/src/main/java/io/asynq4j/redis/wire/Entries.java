package io.asynq4j.redis.wire;

import static io.asynq4j.redis.wire.Reader.LENGTH;
import static io.asynq4j.redis.wire.Reader.VARINT;

import java.util.Map;

/** Entries of maps, which protobuf holds as messages of a key and a value. Ours have both, also when they are empty. */
final class Entries {
    private static final int KEY = 1;
    private static final int VALUE = 2;

    private Entries() {}

    static int size(String key, String value) {
        return Writer.sizeAlways(contentSize(key, value));
    }

    static void write(Writer out, int field, String key, String value) {
        out.startAlways(field, contentSize(key, value));
        out.textAlways(KEY, key);
        out.textAlways(VALUE, value);
    }

    /** Adds one entry of texts. */
    static void read(Reader in, Map<String, String> to) {
        var key = "";
        var value = "";
        while (in.next()) {
            switch (in.tagged()) {
                case KEY << 3 | LENGTH -> key = in.text();
                case VALUE << 3 | LENGTH -> value = in.text();
                default -> in.skip();
            }
        }
        to.put(key, value);
    }

    static int size(String key, int value) {
        return Writer.sizeAlways(contentSize(key, value));
    }

    static void write(Writer out, int field, String key, int value) {
        out.startAlways(field, contentSize(key, value));
        out.textAlways(KEY, key);
        out.numberAlways(VALUE, value);
    }

    /** Adds one entry of a text and a number. */
    static void readNumber(Reader in, Map<String, Integer> to) {
        var key = "";
        int value = 0;
        while (in.next()) {
            switch (in.tagged()) {
                case KEY << 3 | LENGTH -> key = in.text();
                case VALUE << 3 | VARINT -> value = in.int32();
                default -> in.skip();
            }
        }
        to.put(key, value);
    }

    private static int contentSize(String key, String value) {
        return Writer.sizeAlways(key) + Writer.sizeAlways(value);
    }

    private static int contentSize(String key, int value) {
        return Writer.sizeAlways(key) + 1 + Writer.varintSize(value);
    }
}
