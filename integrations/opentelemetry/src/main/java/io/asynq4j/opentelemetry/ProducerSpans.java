package io.asynq4j.opentelemetry;

import io.asynq4j.client.EnqueueMiddleware;
import io.asynq4j.task.EnqueueOutcome;
import io.asynq4j.task.Options;
import io.asynq4j.task.Task;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A span around each call that enqueues. */
final class ProducerSpans implements EnqueueMiddleware.Enqueuer {
    private final Telemetry telemetry;
    private final EnqueueMiddleware.Enqueuer next;

    ProducerSpans(Telemetry telemetry, EnqueueMiddleware.Enqueuer next) {
        this.telemetry = telemetry;
        this.next = next;
    }

    @Override
    public CompletionStage<List<EnqueueOutcome>> enqueue(List<Task> tasks) {
        var span = start(tasks);
        try {
            return next.enqueue(carrying(span, tasks)).whenComplete((outcomes, failure) -> {
                end(span, outcomes, failure);
            });
        } catch (RuntimeException notSent) {
            fail(span, notSent);
            span.end();
            throw notSent;
        }
    }

    private Span start(List<Task> tasks) {
        var queue = queueOf(tasks);
        var builder = telemetry.span("send", "send", queue, SpanKind.PRODUCER);
        if (!queue.isEmpty()) {
            builder.setAttribute(Names.DESTINATION, queue);
        }
        if (tasks.size() == 1) {
            var task = tasks.get(0);
            builder.setAttribute(Names.TASK_TYPE, task.type())
                    .setAttribute(Names.BODY_SIZE, (long) task.payload().size());
        } else {
            builder.setAttribute(Names.BATCH_COUNT, (long) tasks.size());
        }
        var links = new Links(builder);
        tasks.forEach(task -> links.add(telemetry.remote(Telemetry.headersOf(task))));
        links.close();
        return builder.startSpan();
    }

    /** Those with a context of their own keep it, as the conventions have it. */
    private List<Task> carrying(Span span, List<Task> tasks) {
        var headers =
                Options.defaults().headers(telemetry.headers(Context.current().with(span)));
        var carrying = new ArrayList<Task>(tasks.size());
        for (var task : tasks) {
            var own = telemetry.remote(Telemetry.headersOf(task)).isValid();
            carrying.add(own ? task : task.with(headers));
        }
        return carrying;
    }

    private static void end(Span span, @Nullable List<EnqueueOutcome> outcomes, @Nullable Throwable failure) {
        if (failure != null) {
            fail(span, Telemetry.cause(failure));
        } else if (outcomes != null && outcomes.size() == 1) {
            if (outcomes.get(0) instanceof EnqueueOutcome.Accepted accepted) {
                span.setAttribute(Names.MESSAGE_ID, accepted.task().id());
            } else if (outcomes.get(0) instanceof EnqueueOutcome.Refused refused) {
                fail(span, refused.reason());
            }
        } else if (outcomes != null) {
            long refused = outcomes.stream()
                    .filter(EnqueueOutcome.Refused.class::isInstance)
                    .count();
            if (refused > 0) {
                span.setStatus(StatusCode.ERROR, refused + " of " + outcomes.size() + " tasks were refused");
            }
        }
        span.end();
    }

    private static void fail(Span span, Throwable failure) {
        span.recordException(failure);
        span.setAttribute(Names.ERROR_TYPE, failure.getClass().getName());
        span.setStatus(StatusCode.ERROR);
    }

    /** The queue that all of them go to; empty when there are several. */
    private static String queueOf(List<Task> tasks) {
        String queue = null;
        for (var task : tasks) {
            var own = task.options().queue().orElse(Options.DEFAULT_QUEUE);
            if (queue != null && !queue.equals(own)) {
                return "";
            }
            queue = own;
        }
        return queue == null ? "" : queue;
    }
}
