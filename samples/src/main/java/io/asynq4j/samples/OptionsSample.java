package io.asynq4j.samples;

import io.asynq4j.client.TaskClient;
import io.asynq4j.spi.Broker;
import io.asynq4j.task.Codec;
import io.asynq4j.task.Options;
import io.asynq4j.task.TaskIdConflictException;
import io.asynq4j.task.TaskType;
import java.io.PrintStream;
import java.time.Duration;

/** Says how a task is to be treated, in three layers: its type's defaults, its own, and those of the call. */
public final class OptionsSample {
    static final TaskType<String> INVOICE = TaskType.of("invoice", Codec.utf8())
            .withDefaults(Options.defaults()
                    .queue("billing")
                    .maxRetry(5)
                    .timeout(Duration.ofMinutes(2))
                    .retention(Duration.ofDays(30)));

    private OptionsSample() {}

    static void run(Broker broker, PrintStream out) {
        try (var client = TaskClient.of(broker)) {
            var tonight = Options.defaults().processIn(Duration.ofHours(6)).header("tenant", "acme");
            var invoice = INVOICE.task("2026-11").with(tonight);
            var once = Options.defaults().taskId("invoice-2026-11").maxRetry(10); // the last one that says so wins

            var info = client.enqueue(invoice, once);
            out.println(info.id() + " is " + info.state().word() + " in " + info.queue());
            try {
                client.enqueue(invoice, once);
            } catch (TaskIdConflictException there) {
                out.println("there is one already");
            }
        }
    }
}
