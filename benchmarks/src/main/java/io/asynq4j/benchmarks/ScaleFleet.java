package io.asynq4j.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Servers, each in a process of its own. They end with whoever started them. */
final class ScaleFleet implements AutoCloseable {
    private final List<Process> processes = new ArrayList<>();

    /** Starts them, and waits until they are ready. */
    static ScaleFleet start(ScaleCase of, String uri) throws IOException {
        var fleet = new ScaleFleet();
        try {
            for (int i = 0; i < of.processes(); i++) {
                fleet.processes.add(process(of, uri));
            }
            for (var process : fleet.processes) {
                if (process.inputReader().readLine() == null) {
                    throw new IllegalStateException("a server has ended before it was ready");
                }
            }
            return fleet;
        } catch (IOException | RuntimeException failed) {
            fleet.close();
            throw failed;
        }
    }

    double cpuSeconds() {
        return processes.stream()
                        .mapToLong(process -> process.info()
                                .totalCpuDuration()
                                .orElse(Duration.ZERO)
                                .toMillis())
                        .sum()
                / 1e3;
    }

    /** Ends them by ending their input. */
    @Override
    public void close() {
        for (var process : processes) {
            try {
                process.outputWriter().close();
                process.onExit().join();
            } catch (IOException gone) {
                throw new UncheckedIOException(gone);
            }
        }
    }

    private static Process process(ScaleCase of, String uri) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var words = List.of(
                java,
                "-Xmx768m",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-Dbench.driver=" + System.getProperty("bench.driver", "lettuce"),
                "-cp",
                System.getProperty("java.class.path"),
                Bench.class.getName(),
                "serve",
                "--uri",
                uri,
                "--queues",
                String.join(",", of.queueNames()),
                "--concurrency",
                Integer.toString(of.concurrency()),
                "--sleep-ms",
                Integer.toString(of.sleepMillis()));
        return new ProcessBuilder(words)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
