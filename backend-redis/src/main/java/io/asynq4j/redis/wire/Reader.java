package io.asynq4j.redis.wire;

import io.asynq4j.task.Payload;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one message, one after the other: {@link #next}, then one of the methods that take the field's value,
 * or {@link #skip}. Used by one thread.
 */
final class Reader {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int LENGTH = 2;
    static final int GROUP_START = 3;
    static final int GROUP_END = 4;
    static final int FIXED32 = 5;

    private static final int MAX_FIELD = (1 << 29) - 1;
    private static final int MAX_DEPTH = 100;

    private final byte[] bytes;
    private final int end;
    private int at;

    private int fieldStart;
    private int number;
    private int type;
    private @Nullable ByteArrayOutputStream unknown;

    Reader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    private Reader(byte[] bytes, int at, int end) {
        this.bytes = bytes;
        this.at = at;
        this.end = end;
    }

    /** Moves to the next field; false when there is none. */
    boolean next() {
        if (at == end) {
            return false;
        }
        fieldStart = at;
        tag();
        return true;
    }

    /** The field as one number, to switch over: see {@link Writer#tag}. */
    int tagged() {
        return Writer.tag(number, type);
    }

    long int64() {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            if (at == end) {
                throw truncated();
            }
            int b = bytes[at++];
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                if (shift == 63 && b > 1) {
                    throw wrong("a number that does not fit into 64 bits");
                }
                return value;
            }
        }
        throw wrong("a number of more than ten bytes");
    }

    /** The low 32 bits, as every reader of the format takes them. */
    int int32() {
        return (int) int64();
    }

    boolean bool() {
        return int64() != 0;
    }

    String text() {
        int length = length();
        if (!Utf8.isValid(bytes, at, at + length)) {
            throw wrong("text that is not UTF-8");
        }
        at += length;
        return new String(bytes, at - length, length, StandardCharsets.UTF_8);
    }

    /** A copy of the bytes; none where there are none, since the format cannot tell. */
    Payload payload() {
        int length = length();
        at += length;
        return length == 0 ? Payload.none() : Payload.wrap(Arrays.copyOfRange(bytes, at - length, at));
    }

    /** The message in the field. */
    Reader message() {
        int length = length();
        at += length;
        return new Reader(bytes, at - length, at);
    }

    /** Steps over the field's value. */
    void skip() {
        skipValue(0);
    }

    /** Steps over the field's value and keeps it for {@link #unknown}. */
    void keep() {
        skipValue(0);
        if (unknown == null) {
            unknown = new ByteArrayOutputStream();
        }
        unknown.write(bytes, fieldStart, at - fieldStart);
    }

    /** All fields that were kept, as they were. */
    Payload unknown() {
        return unknown == null ? Payload.none() : Payload.wrap(unknown.toByteArray());
    }

    private void tag() {
        long tag = int64();
        type = (int) tag & 7;
        long field = tag >>> 3;
        if (field < 1 || field > MAX_FIELD) {
            throw wrong("a field with the impossible number " + field);
        }
        number = (int) field;
    }

    private void skipValue(int depth) {
        switch (type) {
            case VARINT -> int64();
            case FIXED64 -> advance(8);
            case LENGTH -> advance(length());
            case GROUP_START -> skipGroup(depth + 1);
            case FIXED32 -> advance(4);
            default -> throw wrong(type == GROUP_END ? "the end of a group that did not start" : "wire type " + type);
        }
    }

    private void skipGroup(int depth) {
        if (depth > MAX_DEPTH) {
            throw wrong("groups nested deeper than " + MAX_DEPTH);
        }
        int group = number;
        while (true) {
            if (at == end) {
                throw truncated();
            }
            tag();
            if (type == GROUP_END && number == group) {
                return;
            }
            skipValue(depth);
        }
    }

    private int length() {
        long length = int64();
        if (length < 0 || length > end - at) {
            throw truncated();
        }
        return (int) length;
    }

    private void advance(int count) {
        if (count > end - at) {
            throw truncated();
        }
        at += count;
    }

    private WireException truncated() {
        return wrong("a field that is cut off");
    }

    private WireException wrong(String what) {
        return new WireException("not a message: " + what + " at byte " + at + " of " + end);
    }
}
