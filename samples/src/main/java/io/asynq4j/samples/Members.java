package io.asynq4j.samples;

import io.asynq4j.client.TaskClient;
import io.asynq4j.handler.SkipRetryException;
import io.asynq4j.handler.TaskContext;
import io.asynq4j.handler.TaskRouter;
import io.asynq4j.jackson.JacksonCodec;
import io.asynq4j.task.Options;
import io.asynq4j.task.TaskType;
import java.io.IOException;
import java.time.Duration;

/** Welcomes a new member by e-mail, ten seconds after signing up. The samples of tests test this. */
public final class Members {
    /** What the e-mail needs. */
    public record WelcomeEmail(String address) {}

    /** Sends it. */
    public interface Mailer {
        void welcome(String address) throws IOException;
    }

    public static final TaskType<WelcomeEmail> WELCOME_EMAIL = TaskType.of(
                    "email:welcome", JacksonCodec.of(WelcomeEmail.class))
            .withDefaults(Options.defaults().queue("critical").processIn(Duration.ofSeconds(10)));

    private final TaskClient client;
    private final Mailer mailer;

    public Members(TaskClient client, Mailer mailer) {
        this.client = client;
        this.mailer = mailer;
    }

    /** What this program does with its tasks. */
    public TaskRouter router() {
        return TaskRouter.create().handle(WELCOME_EMAIL, this::welcome);
    }

    public void signUp(String address) {
        client.enqueue(WELCOME_EMAIL.task(new WelcomeEmail(address)));
    }

    /** Gives up after five tries: nobody wants to be welcomed a week later. */
    void welcome(WelcomeEmail email, TaskContext context) throws IOException {
        try {
            mailer.welcome(email.address());
        } catch (IOException failed) {
            if (context.retried() == 4) {
                throw new SkipRetryException("gave up after five tries", failed);
            }
            throw failed;
        }
    }
}
