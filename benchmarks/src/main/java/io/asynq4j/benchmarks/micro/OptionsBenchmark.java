package io.asynq4j.benchmarks.micro;

import io.asynq4j.spi.Placement;
import io.asynq4j.task.Codec;
import io.asynq4j.task.Options;
import io.asynq4j.task.Task;
import io.asynq4j.task.TaskType;
import java.time.Duration;
import java.time.Instant;
import org.openjdk.jmh.annotations.Benchmark;

/** Options of a type, a task and a call, laid over each other. */
public class OptionsBenchmark extends NanosPerTask {
    private final Instant now = Instant.ofEpochSecond(1_800_000_000);
    private final Options ofType = Options.defaults().maxRetry(10).timeout(Duration.ofSeconds(30));
    private final Options ofCall = Options.defaults().queue("critical").header("trace", "4bf92f3577b34da6");
    private final Task task =
            TaskType.of("email:welcome", Codec.utf8()).withDefaults(ofType).task("{\"user\":42}");

    /** Two sets of options into one. */
    @Benchmark
    public Options merge() {
        return ofType.merge(ofCall);
    }

    /** A task into the record that is stored, its random id included: all that a client does before it talks to the broker. */
    @Benchmark
    public Placement place() {
        return Placement.of(task, ofCall, now);
    }
}
