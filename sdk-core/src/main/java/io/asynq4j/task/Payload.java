package io.asynq4j.task;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The bytes of a task, opaque to everything but its handler's codec. Immutable, compared by content.
 *
 * <p>A task without a payload and one with an empty payload look the same to its handler, but differ for uniqueness, as
 * in asynq.
 */
public final class Payload {
    private static final Payload NONE = new Payload(new byte[0]);

    private final byte[] bytes;

    private Payload(byte[] bytes) {
        this.bytes = bytes;
    }

    /** No payload at all. */
    public static Payload none() {
        return NONE;
    }

    /** A copy of {@code bytes}. */
    public static Payload of(byte[] bytes) {
        return new Payload(bytes.clone());
    }

    /** The UTF-8 bytes of {@code text}. */
    public static Payload ofUtf8(String text) {
        return new Payload(text.getBytes(StandardCharsets.UTF_8));
    }

    /** {@code bytes} themselves, which the caller gives away and never changes again. */
    public static Payload wrap(byte[] bytes) {
        return new Payload(bytes);
    }

    /** False for {@link #none()} only. */
    @SuppressWarnings("ReferenceEquality") // it is one instance, and differs from an empty payload by nothing else
    public boolean isPresent() {
        return this != NONE;
    }

    /** Number of bytes. */
    public int size() {
        return bytes.length;
    }

    /** A copy of the bytes; empty when there is no payload. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** The bytes themselves, not a copy: for codecs and backends, which only read them. */
    public byte[] unsafeBytes() {
        return bytes;
    }

    /** The bytes read as UTF-8; malformed input is replaced. */
    public String utf8() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Payload that && Arrays.equals(bytes, that.bytes) && isPresent() == that.isPresent();
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Tells the size only, since payloads do not belong in logs. */
    @Override
    public String toString() {
        return isPresent() ? "Payload[" + bytes.length + " bytes]" : "Payload[none]";
    }
}
