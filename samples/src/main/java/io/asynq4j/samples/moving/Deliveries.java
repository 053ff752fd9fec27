package io.asynq4j.samples.moving;

import io.asynq4j.handler.Middleware;
import io.asynq4j.handler.SkipRetryException;
import io.asynq4j.handler.TaskContext;
import io.asynq4j.handler.TaskRouter;
import io.asynq4j.jackson.JacksonCodec;
import io.asynq4j.task.Options;
import io.asynq4j.task.Task;
import io.asynq4j.task.TaskType;
import java.io.PrintStream;
import java.time.Duration;

/** The tasks of asynq's README, in Java: what a Go program enqueues is worked off here, and the other way round. */
final class Deliveries {
    /** The names are those in the JSON that Go writes: {@code json:"user"} and {@code json:"template"}. */
    record Email(int user, String template) {}

    static final TaskType<Email> EMAIL = TaskType.of("email:deliver", JacksonCodec.of(Email.class))
            .withDefaults(Options.defaults().maxRetry(10).timeout(Duration.ofMinutes(3)));

    private final PrintStream out;

    Deliveries(PrintStream out) {
        this.out = out;
    }

    static Task email(int user, String template) {
        return EMAIL.task(new Email(user, template));
    }

    /** Was a ServeMux. */
    TaskRouter router() {
        return TaskRouter.create()
                .use(Middleware.logging())
                .handle(EMAIL, this::deliver)
                .handle(
                        "image:",
                        (task, context) ->
                                out.println("resizing " + task.payload().size() + " bytes"));
    }

    private void deliver(Email email, TaskContext context) {
        if (email.user() <= 0) {
            throw new SkipRetryException("no such user: " + email.user()); // fmt.Errorf("…: %w", asynq.SkipRetry)
        }
        out.println("sending " + email.template() + " to user " + email.user());
    }
}
