package io.asynq4j.redis.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads protobuf fields out of an array (protobuf.dev, "Encoding"), as strictly as the Go library does. Used by one
 * thread. What is wrong with the bytes is told by {@link WireException}.
 */
final class ProtoReader {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int LENGTH_DELIMITED = 2;
    static final int START_GROUP = 3;
    static final int END_GROUP = 4;
    static final int FIXED32 = 5;

    private static final int DEEPEST_GROUP = 100;

    private final byte[] bytes;
    private final int end;
    private int at;
    private int tagAt;

    ProtoReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    private ProtoReader(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    boolean hasNext() {
        return at < end;
    }

    /** The next tag: field number times eight, plus wire type. */
    int tag() {
        tagAt = at;
        long tag = varint();
        long field = tag >>> 3;
        if (field < 1 || field > 0x1FFFFFFF) {
            throw new WireException("field number " + field + " at byte " + tagAt);
        }
        return (int) tag;
    }

    long varint() {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            byte next = next();
            if (shift == 63 && (next & 0xFE) != 0) {
                throw new WireException("number of more than 64 bits before byte " + at);
            }
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new WireException("number of more than ten bytes before byte " + at);
    }

    byte[] bytes() {
        int length = length();
        var value = new byte[length];
        System.arraycopy(bytes, at, value, 0, length);
        at += length;
        return value;
    }

    String string() {
        int length = length();
        int from = at;
        at += length;
        for (int i = from; i < at; i++) {
            if (bytes[i] < 0) {
                return unicode(from, length);
            }
        }
        return new String(bytes, from, length, StandardCharsets.US_ASCII);
    }

    /** The message in the message that comes next. */
    ProtoReader message() {
        int length = length();
        at += length;
        return new ProtoReader(bytes, at - length, at);
    }

    /** Passes over the field whose tag was read last. */
    void skip(int tag) {
        skip(tag, 0);
    }

    /** Passes over the field whose tag was read last, and appends it whole to {@code kept}. */
    void keep(int tag, ProtoWriter kept) {
        int from = tagAt;
        skip(tag, 0);
        var field = new byte[at - from];
        System.arraycopy(bytes, from, field, 0, field.length);
        kept.raw(field);
    }

    private void skip(int tag, int depth) {
        switch (tag & 7) {
            case VARINT -> varint();
            case FIXED64 -> pass(8);
            case LENGTH_DELIMITED -> pass(length());
            case START_GROUP -> skipGroup(tag >>> 3, depth + 1);
            case FIXED32 -> pass(4);
            default -> throw new WireException("wire type " + (tag & 7) + " before byte " + at);
        }
    }

    private void skipGroup(int field, int depth) {
        if (depth > DEEPEST_GROUP) {
            throw new WireException("groups nested deeper than " + DEEPEST_GROUP);
        }
        while (true) {
            int tag = tag();
            if ((tag & 7) == END_GROUP) {
                if (tag >>> 3 != field) {
                    throw new WireException("end of a group that did not begin before byte " + at);
                }
                return;
            }
            skip(tag, depth);
        }
    }

    private int length() {
        long length = varint();
        if (length < 0 || length > end - at) {
            throw new WireException("length " + Long.toUnsignedString(length) + " at byte " + at + " of " + end);
        }
        return (int) length;
    }

    private void pass(int count) {
        if (count > end - at) {
            throw new WireException("cut off at byte " + end);
        }
        at += count;
    }

    private byte next() {
        if (at >= end) {
            throw new WireException("cut off at byte " + end);
        }
        return bytes[at++];
    }

    private String unicode(int from, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, length))
                    .toString();
        } catch (CharacterCodingException malformed) {
            throw new WireException("text at byte " + from + " is not UTF-8");
        }
    }
}
