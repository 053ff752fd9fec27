package io.asynq4j.redis.port;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What Redis answered to one call. The accessors throw {@link RedisException} when it was something else. */
public sealed interface Reply {
    /** Nothing there. */
    record Nil() implements Reply {
        /** The one there needs to be. */
        public static final Nil NIL = new Nil();
    }

    /** A whole number. */
    record Int(long value) implements Reply {}

    /** A string, of whatever bytes; status replies too. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares replies, and a copy of each payload would be dear
    record Bytes(byte[] value) implements Reply {}

    /** An array. */
    record Many(List<Reply> values) implements Reply {}

    /**
     * No usable answer.
     *
     * @param message Redis' error text, or what kept the answer away
     * @param answered whether Redis itself refused, so that the call is known not to have run to its end
     * @param cause the driver's exception, if there is one
     */
    record Failed(
            String message, boolean answered, @Nullable Throwable cause) implements Reply {
        /** As an exception. */
        public RedisException exception() {
            return new RedisException(
                    answered ? "Redis refused: " + message : "no answer from Redis: " + message, cause);
        }
    }

    default boolean isNil() {
        return this instanceof Nil;
    }

    default long integer() {
        if (this instanceof Int number) {
            return number.value();
        }
        throw unexpected("a number");
    }

    default byte[] bytes() {
        if (this instanceof Bytes string) {
            return string.value();
        }
        throw unexpected("a string");
    }

    default String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    default List<Reply> items() {
        if (this instanceof Many array) {
            return array.values();
        }
        throw unexpected("an array");
    }

    private RedisException unexpected(String wanted) {
        return this instanceof Failed failed
                ? failed.exception()
                : new RedisException("Redis answered " + getClass().getSimpleName() + " instead of " + wanted, null);
    }
}
