package io.asynq4j.task;

/**
 * How values of a task type become bytes, and back.
 *
 * <p>Must be safe for use by many threads. Either method may throw any unchecked exception for what it cannot convert;
 * callers see it as the cause of a {@link PayloadException}.
 */
public interface Codec<T> {
    /** The bytes of {@code value}, which the codec gives away and never changes again. */
    byte[] encode(T value);

    /** The value of {@code bytes}, which must not be changed; empty when the task has no payload. */
    T decode(byte[] bytes);

    /** Text as UTF-8; malformed bytes are replaced. */
    static Codec<String> utf8() {
        return RawCodecs.UTF8;
    }

    /** Bytes as they are; copied both ways, since payloads never change. */
    static Codec<byte[]> bytes() {
        return RawCodecs.BYTES;
    }
}
