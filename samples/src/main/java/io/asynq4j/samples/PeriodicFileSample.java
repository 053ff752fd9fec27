package io.asynq4j.samples;

import io.asynq4j.schedule.PeriodicTaskManager;
import io.asynq4j.spi.Broker;
import io.asynq4j.yaml.YamlPeriodicTasks;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;

/** Takes its periodic tasks from a file, and goes on doing so while it runs. */
public final class PeriodicFileSample {
    private PeriodicFileSample() {}

    static void run(Broker broker, Path file, PrintStream out) {
        try (var manager = PeriodicTaskManager.builder(broker, YamlPeriodicTasks.of(file))
                .syncInterval(Duration.ofSeconds(30))
                .build()) {
            manager.start();
            manager.scheduler().entries().forEach(entry -> out.println(entry.periodic()));
            manager.problems().forEach(out::println);
        }
    }
}
