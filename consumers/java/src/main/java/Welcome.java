import io.asynq4j.client.TaskClient;
import io.asynq4j.handler.TaskRouter;
import io.asynq4j.jackson.JacksonCodec;
import io.asynq4j.lettuce.LettuceBroker;
import io.asynq4j.server.TaskServer;
import io.asynq4j.task.Options;
import io.asynq4j.task.TaskType;
import java.time.Duration;
import java.util.Map;

public final class Welcome {
    record WelcomeEmail(String address) {}

    static final TaskType<WelcomeEmail> WELCOME_EMAIL =
            TaskType.of("email:welcome", JacksonCodec.of(WelcomeEmail.class));

    static final TaskRouter ROUTER = TaskRouter.create()
            .handle(WELCOME_EMAIL, (email, context) -> System.out.println("Welcome, " + email.address()));

    static void signUp(TaskClient client, String address) {
        client.enqueue(
                WELCOME_EMAIL.task(new WelcomeEmail(address)),
                Options.defaults().queue("critical").maxRetry(10).processIn(Duration.ofSeconds(2)));
    }

    public static void main(String[] args) {
        try (var broker = LettuceBroker.open(args.length > 0 ? args[0] : "redis://localhost:6379");
                var client = TaskClient.of(broker);
                var server = TaskServer.builder(broker)
                        .queues(Map.of("critical", 6, "default", 3))
                        .build()) {
            signUp(client, "ada@example.org");
            server.run(ROUTER); // until Ctrl-C, then drains
        }
    }
}
