package io.asynq4j.server;

import io.asynq4j.handler.ErrorHandler;
import io.asynq4j.handler.TaskContext;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the user's error handler of a failed attempt, and only then passes it on. */
final class Complaints implements BiConsumer<Attempt, Outcome> {
    private static final Logger log = LoggerFactory.getLogger(TaskServer.class);

    private final @Nullable ErrorHandler handler;
    private final UnaryOperator<TaskContext> context;
    private final BiConsumer<Attempt, Outcome> next;

    /** @param context what the user has added to it */
    Complaints(@Nullable ErrorHandler handler, UnaryOperator<TaskContext> context, BiConsumer<Attempt, Outcome> next) {
        this.handler = handler;
        this.context = context;
        this.next = next;
    }

    @Override
    public void accept(Attempt attempt, Outcome outcome) {
        var cause = handler == null ? null : outcome.cause();
        if (cause != null && handler != null) {
            try {
                handler.handle(attempt.message().task(), context.apply(attempt), cause);
            } catch (Throwable failed) { // Errors too: they must not cost the outcome
                log.error("the error handler failed on {}", attempt, failed);
            }
        }
        next.accept(attempt, outcome);
    }
}
