package io.asynq4j.benchmarks;

import io.asynq4j.client.TaskClient;
import io.asynq4j.spi.Await;
import io.asynq4j.spi.Broker;
import io.asynq4j.task.EnqueueOutcome;
import io.asynq4j.task.Options;
import io.asynq4j.task.Task;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Enqueues tasks in one of several ways. */
final class Producer {
    private static final int CHUNK = 1_000;
    private static final int CHUNKS_UNDER_WAY = 4;

    private final Broker broker;
    private final Flags flags;
    private final int payload;

    Producer(Broker broker, Flags flags) {
        this.broker = broker;
        this.flags = flags;
        this.payload = flags.number("payload", 100);
    }

    void run(Steering steering) throws IOException {
        int n = flags.number("n");
        var mode = flags.text("mode");
        try (var client = TaskClient.of(broker)) {
            int warmup = flags.number("warmup", 0);
            if (warmup > 0) {
                produce(client, mode, warmup, Steering.micros());
            }
            steering.say("ready");
            steering.await();
            long start = Steering.micros();
            produce(client, mode, n, start);
            steering.done(start, Steering.micros(), n);
            steering.await();
        }
    }

    private void produce(TaskClient client, String mode, int n, long start) {
        switch (mode) {
            case "seq" -> oneByOne(client, n);
            case "par" -> inChunks(client, n, 0);
            case "sched" -> inChunks(client, n, start + flags.number("delay-ms", 5_000) * 1_000L);
            case "rate" -> atRate(client, n, start);
            case "jitter" -> nowAndThen(client, n);
            default -> throw new IllegalArgumentException("no such mode: \"" + mode + '"');
        }
    }

    private void oneByOne(TaskClient client, int n) {
        for (int i = 0; i < n; i++) {
            client.enqueue(task(Steering.micros(), i));
        }
    }

    /** @param dueMicros when all of them are due; 0 for at once */
    private void inChunks(TaskClient client, int n, long dueMicros) {
        var options = dueMicros == 0
                ? Options.defaults()
                : Options.defaults().processAt(Instant.ofEpochSecond(0, dueMicros * 1_000));
        var underWay = new ArrayDeque<CompletionStage<List<EnqueueOutcome>>>();
        for (int from = 0; from < n; from += CHUNK) {
            var tasks = new ArrayList<Task>(CHUNK);
            for (int i = from; i < Math.min(n, from + CHUNK); i++) {
                var task = task(dueMicros == 0 ? Steering.micros() : dueMicros, i);
                tasks.add(dueMicros == 0 ? task : task.with(options));
            }
            underWay.add(client.enqueueAllAsync(tasks));
            if (underWay.size() == CHUNKS_UNDER_WAY) {
                accepted(underWay.remove());
            }
        }
        underWay.forEach(Producer::accepted);
    }

    private void atRate(TaskClient client, int n, long start) {
        int rate = flags.number("rate", 1_000);
        var answers = new ArrayList<CompletableFuture<?>>(n);
        for (int i = 0; i < n; i++) {
            waitUntil(start + i * 1_000_000L / rate);
            answers.add(client.enqueueAsync(task(Steering.micros(), i)).toCompletableFuture());
        }
        answers.forEach(Await::answer);
    }

    private void nowAndThen(TaskClient client, int n) {
        var random = new SplittableRandom(1);
        for (int i = 0; i < n; i++) {
            waitUntil(Steering.micros() + random.nextInt(50_000, 150_000));
            client.enqueue(task(Steering.micros(), i));
        }
    }

    private Task task(long micros, int number) {
        return Task.of("bench", Payloads.of(micros, number, payload));
    }

    private static void accepted(CompletionStage<List<EnqueueOutcome>> outcomes) {
        Await.answer(outcomes).forEach(EnqueueOutcome::orThrow);
    }

    private static void waitUntil(long micros) {
        for (long left = micros - Steering.micros(); left > 0; left = micros - Steering.micros()) {
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(left));
        }
    }
}
