package io.asynq4j.redis.wire;

import io.asynq4j.task.Payload;

/**
 * Writes the fields of one message into an array of exactly its size, which the {@code size} functions tell beforehand, one
 * for each method that writes. Zero and empty are not written, unless the method says so. Used by one thread.
 */
final class Writer {
    private final byte[] bytes;
    private int at;

    Writer(int size) {
        bytes = new byte[size];
    }

    /** A field's number and type as one number. Numbers here are below 16, so that it fits into a byte. */
    static int tag(int number, int type) {
        return (number << 3) | type;
    }

    static int size(long value) {
        return value == 0 ? 0 : 1 + varintSize(value);
    }

    static int size(boolean value) {
        return value ? 2 : 0;
    }

    static int size(String text) {
        return text.isEmpty() ? 0 : sizeAlways(text);
    }

    static int size(Payload payload) {
        return payload.size() == 0 ? 0 : sizeAlways(payload.size());
    }

    static int sizeAlways(String text) {
        return sizeAlways(Utf8.size(text));
    }

    /** The size of a field with {@code length} bytes inside. */
    static int sizeAlways(int length) {
        return 1 + varintSize(length) + length;
    }

    void number(int field, long value) {
        if (value != 0) {
            numberAlways(field, value);
        }
    }

    /** Writes zero too. */
    void numberAlways(int field, long value) {
        bytes[at++] = (byte) tag(field, Reader.VARINT);
        varint(value);
    }

    void bool(int field, boolean value) {
        number(field, value ? 1 : 0);
    }

    void text(int field, String text) {
        if (!text.isEmpty()) {
            textAlways(field, text);
        }
    }

    /** Writes the empty text too. */
    void textAlways(int field, String text) {
        startAlways(field, Utf8.size(text));
        at = Utf8.write(text, bytes, at);
    }

    void payload(int field, Payload payload) {
        if (payload.size() > 0) {
            startAlways(field, payload.size());
            raw(payload);
        }
    }

    /** Starts a field with {@code length} bytes inside, which come next, even if there are none. */
    void startAlways(int field, int length) {
        bytes[at++] = (byte) tag(field, Reader.LENGTH);
        varint(length);
    }

    /** Writes whole fields, tags and all. */
    void raw(Payload fields) {
        System.arraycopy(fields.unsafeBytes(), 0, bytes, at, fields.size());
        at += fields.size();
    }

    byte[] bytes() {
        if (at != bytes.length) {
            throw new AssertionError("wrote " + at + " bytes of " + bytes.length);
        }
        return bytes;
    }

    /** Seven bits a byte; a negative number takes ten bytes. */
    static int varintSize(long value) {
        return value == 0 ? 1 : (70 - Long.numberOfLeadingZeros(value)) / 7;
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[at++] = (byte) ((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        bytes[at++] = (byte) rest;
    }
}
