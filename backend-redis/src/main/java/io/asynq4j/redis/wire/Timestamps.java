package io.asynq4j.redis.wire;

import java.time.Instant;

/** The message {@code google.protobuf.Timestamp}. */
final class Timestamps {
    private static final int SECONDS = 1;
    private static final int NANOS = 2;

    private Timestamps() {}

    static ProtoWriter of(Instant instant) {
        var out = new ProtoWriter(24);
        out.number(SECONDS, instant.getEpochSecond());
        out.number(NANOS, instant.getNano());
        return out;
    }
}
