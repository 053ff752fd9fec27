package io.asynq4j.benchmarks.micro;

import io.asynq4j.redis.wire.Wire;
import io.asynq4j.spi.TaskMessage;
import io.asynq4j.task.Options;
import io.asynq4j.task.Payload;
import java.time.Duration;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Records to bytes and back. */
public class WireBenchmark extends NanosPerTask {
    /** Bytes of the payload. */
    @Param({"100", "10240"})
    public int payload = 100;

    private TaskMessage message = message(100);
    private byte[] bytes = Wire.encode(message);

    /** Makes a record of the size that is asked for. */
    @Setup
    public void prepare() {
        message = message(payload);
        bytes = Wire.encode(message);
    }

    /** A record to bytes. */
    @Benchmark
    public byte[] encode() {
        return Wire.encode(message);
    }

    /** Bytes to a record. */
    @Benchmark
    public TaskMessage decode() {
        return Wire.decode(bytes);
    }

    private static TaskMessage message(int payload) {
        var options = Options.defaults().queue("default").maxRetry(10).timeout(Duration.ofSeconds(30));
        return TaskMessage.of("email:welcome", Payload.ofUtf8("x".repeat(payload)), options);
    }
}
