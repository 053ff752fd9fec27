package io.asynq4j.benchmarks;

import io.asynq4j.jedis.JedisBroker;
import io.asynq4j.lettuce.LettuceBroker;
import io.asynq4j.spi.Broker;
import java.io.IOException;

/**
 * A producer or a worker that a benchmark steers by lines on standard input and output. Nothing is tuned for it: these are the
 * defaults, and what the documentation recommends for many tasks, {@code enqueueAll}.
 *
 * <pre>
 * java -Dbench.driver=lettuce|jedis -jar asynq4j-bench.jar produce --redis HOST:PORT --n N --mode seq|par|rate|jitter|sched
 *     [--payload BYTES] [--warmup N] [--rate PER_SECOND] [--delay-ms MS]
 * java -Dbench.driver=lettuce|jedis -jar asynq4j-bench.jar work --redis HOST:PORT --n N --concurrency C
 *     [--sleep-ms MS] [--lat-out FILE]
 * java -Dbench.driver=lettuce|jedis -jar asynq4j-bench.jar scale [--what processes,queues,...] [--rounds N] [--factor OF_TASKS]
 * java -Dbench.driver=lettuce|jedis -jar asynq4j-bench.jar serve --uri REDIS --queues A,B,... --concurrency C [--sleep-ms MS]
 * </pre>
 *
 * <p>The first two are for whoever compares task systems. {@code scale} needs {@code redis-server} on the PATH, starts servers
 * by way of {@code serve}, and prints a table of what tasks cost.
 */
public final class Bench {
    private Bench() {}

    /** Runs as what the first argument says; a producer or a worker ends when told to. */
    public static void main(String[] args) throws IOException {
        var flags = Flags.of(args);
        if (args[0].equals("scale")) {
            new Scale(System.out).run(flags);
            return;
        }
        try (var broker = open(flags.text("uri", "redis://" + flags.textIfAny("redis")))) {
            switch (args[0]) {
                case "produce" -> new Producer(broker, flags).run(new Steering());
                case "work" -> new Worker(broker, flags).run(new Steering());
                case "serve" -> ScaleServer.run(broker, flags);
                default -> throw new IllegalArgumentException("produce, work, scale or serve, not \"" + args[0] + '"');
            }
        }
    }

    /** A broker on the driver that the system property {@code bench.driver} names. */
    static Broker open(String uri) {
        var driver = System.getProperty("bench.driver", "lettuce");
        return switch (driver) {
            case "lettuce" -> LettuceBroker.open(uri);
            case "jedis" -> JedisBroker.open(uri);
            default -> throw new IllegalArgumentException("bench.driver is lettuce or jedis, not \"" + driver + '"');
        };
    }
}
