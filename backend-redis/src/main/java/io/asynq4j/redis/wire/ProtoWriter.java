package io.asynq4j.redis.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes protobuf fields into a growing array (protobuf.dev, "Encoding"). Values that are the default are left out, as
 * proto3 does. Used by one thread, once.
 */
final class ProtoWriter {
    private static final int VARINT = 0;
    private static final int LENGTH_DELIMITED = 2;

    private byte[] bytes;
    private int size;

    ProtoWriter(int expectedSize) {
        bytes = new byte[Math.max(16, expectedSize)];
    }

    void string(int field, String text) {
        if (!text.isEmpty()) {
            requiredString(field, text);
        }
    }

    /** Written even when it is empty, as in map entries. */
    void requiredString(int field, String text) {
        tag(field, LENGTH_DELIMITED);
        text(text);
    }

    void bytes(int field, byte[] value) {
        if (value.length > 0) {
            tag(field, LENGTH_DELIMITED);
            varint(value.length);
            raw(value);
        }
    }

    /** A signed number of 32 or 64 bits: a negative one takes ten bytes. */
    void number(int field, long value) {
        if (value != 0) {
            requiredNumber(field, value);
        }
    }

    /** Written even when it is zero, as in map entries. */
    void requiredNumber(int field, long value) {
        tag(field, VARINT);
        varint(value);
    }

    void bool(int field, boolean value) {
        number(field, value ? 1 : 0);
    }

    /** A message in the message; written even when it is empty, since it is there. */
    void message(int field, ProtoWriter inner) {
        tag(field, LENGTH_DELIMITED);
        varint(inner.size);
        ensure(inner.size);
        System.arraycopy(inner.bytes, 0, bytes, size, inner.size);
        size += inner.size;
    }

    /** Fields that were written elsewhere. */
    void raw(byte[] fields) {
        ensure(fields.length);
        System.arraycopy(fields, 0, bytes, size, fields.length);
        size += fields.length;
    }

    byte[] toBytes() {
        return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    }

    private void tag(int field, int wireType) {
        varint((long) field << 3 | wireType);
    }

    /** ASCII goes straight in; other text takes a detour. */
    private void text(String text) {
        int length = text.length();
        int mark = size;
        varint(length);
        ensure(length);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                size = mark;
                encodedText(text);
                return;
            }
            bytes[size++] = (byte) c;
        }
    }

    private void encodedText(String text) {
        var encoded = text.getBytes(StandardCharsets.UTF_8);
        varint(encoded.length);
        raw(encoded);
    }

    private void varint(long value) {
        ensure(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) (rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    private void ensure(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
