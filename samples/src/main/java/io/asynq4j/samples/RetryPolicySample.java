package io.asynq4j.samples;

import io.asynq4j.handler.Handler;
import io.asynq4j.handler.RetryPolicy;
import io.asynq4j.handler.SkipRetryException;
import io.asynq4j.handler.TaskRouter;
import io.asynq4j.server.TaskServerBuilder;
import io.asynq4j.task.Codec;
import io.asynq4j.task.TaskType;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Decides when a failed task is tried again: each type as it suits it, some failures never, and not for days. */
public final class RetryPolicySample {
    static final TaskType<String> CALL = TaskType.of("webhook:call", Codec.utf8());
    static final TaskType<String> PAY = TaskType.of("invoice:pay", Codec.utf8());

    private RetryPolicySample() {}

    static TaskServerBuilder settings(TaskServerBuilder server) {
        var soonThenSlowly = RetryPolicy.delays(List.of(
                Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofMinutes(5))); // and then every five minutes
        var politely = RetryPolicy.exponential(Duration.ofSeconds(5), Duration.ofHours(1));
        return server.retryPolicy(RetryPolicy.byType(
                Map.of(
                        CALL.name(), soonThenSlowly.forAtMost(Duration.ofHours(1)),
                        PAY.name(), politely.never(IllegalStateException.class)),
                RetryPolicy.asynqDefault()));
    }

    static TaskRouter router(PrintStream out) {
        Handler<String> call = (url, context) -> {
            out.println("call " + (context.retried() + 1));
            if (url.isBlank()) {
                throw new SkipRetryException("nowhere to call"); // by the handler, whatever the policy is
            }
            throw new IOException("no answer");
        };
        Handler<String> pay = (invoice, context) -> {
            out.println("pay " + (context.retried() + 1));
            throw new IllegalStateException("paid already");
        };
        return TaskRouter.create().handle(CALL, call).handle(PAY, pay);
    }
}
