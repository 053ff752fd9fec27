package io.asynq4j.samples;

import io.asynq4j.client.TaskClient;
import io.asynq4j.jackson.JacksonCodec;
import io.asynq4j.lettuce.LettuceBroker;
import io.asynq4j.spi.Broker;
import io.asynq4j.task.Options;
import io.asynq4j.task.TaskInfo;
import io.asynq4j.task.TaskType;
import java.io.PrintStream;
import java.time.Duration;

/** Enqueues one task with a payload in JSON, to be run in ten seconds. */
public final class ProducerSample {
    record WelcomeEmail(long userId) {}

    static final TaskType<WelcomeEmail> WELCOME_EMAIL =
            TaskType.of("email:welcome", JacksonCodec.of(WelcomeEmail.class));

    private ProducerSample() {}

    public static void main(String[] args) {
        try (Broker broker = LettuceBroker.open("redis://localhost:6379")) {
            run(broker, System.out);
        }
    }

    static void run(Broker broker, PrintStream out) {
        try (TaskClient client = TaskClient.of(broker)) {
            TaskInfo info = client.enqueue(
                    WELCOME_EMAIL.task(new WelcomeEmail(42)),
                    Options.defaults().queue("critical").maxRetry(10).processIn(Duration.ofSeconds(10)));
            out.println(info.type() + " is " + info.state().word() + " in queue " + info.queue());
        }
    }
}
