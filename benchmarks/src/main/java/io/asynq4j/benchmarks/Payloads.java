package io.asynq4j.benchmarks;

import io.asynq4j.task.Payload;
import java.nio.charset.StandardCharsets;

/** Small JSON texts that begin with a time in microseconds. */
final class Payloads {
    private static final byte[] BEFORE_TIME = "{\"t\":".getBytes(StandardCharsets.US_ASCII);

    private Payloads() {}

    static Payload of(long micros, int number, int size) {
        var start = "{\"t\":" + micros + ",\"i\":" + number + ",\"pad\":\"";
        var pad = "x".repeat(Math.max(0, size - start.length() - 2));
        return Payload.wrap((start + pad + "\"}").getBytes(StandardCharsets.US_ASCII));
    }

    static long micros(Payload payload) {
        var bytes = payload.unsafeBytes();
        long micros = 0;
        for (int i = BEFORE_TIME.length; bytes[i] >= '0' && bytes[i] <= '9'; i++) {
            micros = micros * 10 + bytes[i] - '0';
        }
        return micros;
    }
}
