package io.asynq4j.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** The lines that go to and come from whoever steers the benchmark. */
final class Steering {
    private final PrintStream out = System.out;
    private final BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

    void say(String event) {
        line("{\"event\":\"" + event + "\"}");
    }

    void done(long startMicros, long endMicros, int tasks) {
        line("{\"event\":\"done\",\"t0_us\":" + startMicros + ",\"t1_us\":" + endMicros + ",\"n\":" + tasks + "}");
    }

    void bye(int tasks) {
        line("{\"event\":\"bye\",\"n\":" + tasks + "}");
    }

    /** Waits for the next line; its text does not matter. */
    void await() throws IOException {
        in.readLine();
    }

    /** What the clock shows, in microseconds. */
    static long micros() {
        var now = Instant.now();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
    }

    private synchronized void line(String line) {
        out.println(line);
        out.flush();
    }
}
