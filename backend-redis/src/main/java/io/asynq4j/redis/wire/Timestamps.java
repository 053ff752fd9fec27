package io.asynq4j.redis.wire;

import static io.asynq4j.redis.wire.Reader.VARINT;

import java.time.Instant;

/**
 * Instants as protobuf's Timestamp. They are always written: one that is missing reads as 1970, which looks like a real time;
 * where there is no time, asynq means the first second of year 1.
 */
final class Timestamps {
    private static final int SECONDS = 1;
    private static final int NANOS = 2;

    // With room for as many nanoseconds as fit into the field.
    private static final long FIRST = Instant.MIN.getEpochSecond() + 3;
    private static final long LAST = Instant.MAX.getEpochSecond() - 3;

    private Timestamps() {}

    static int size(Instant time) {
        return Writer.sizeAlways(contentSize(time));
    }

    static void write(Writer out, int field, Instant time) {
        out.startAlways(field, contentSize(time));
        out.number(SECONDS, time.getEpochSecond());
        out.number(NANOS, time.getNano());
    }

    static Instant read(Reader in) {
        long seconds = 0;
        int nanos = 0;
        while (in.next()) {
            switch (in.tagged()) {
                case SECONDS << 3 | VARINT -> seconds = in.int64();
                case NANOS << 3 | VARINT -> nanos = in.int32();
                default -> in.skip();
            }
        }
        var inRange = Math.max(FIRST, Math.min(LAST, seconds));
        return Instant.ofEpochSecond(inRange, nanos);
    }

    private static int contentSize(Instant time) {
        return Writer.size(time.getEpochSecond()) + Writer.size(time.getNano());
    }
}
