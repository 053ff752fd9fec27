package io.asynq4j.opentelemetry;

import io.asynq4j.handler.AsyncHandler;
import io.asynq4j.handler.CancelReason;
import io.asynq4j.handler.Causes;
import io.asynq4j.handler.RevokeTaskException;
import io.asynq4j.handler.SnoozeException;
import io.asynq4j.handler.TaskContext;
import io.asynq4j.task.Task;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A span around each attempt. */
final class ConsumerSpans implements AsyncHandler<Task> {
    private final Telemetry telemetry;
    private final boolean linked;
    private final AsyncHandler<Task> next;

    /** @param linked whether each span begins a trace of its own */
    ConsumerSpans(Telemetry telemetry, boolean linked, AsyncHandler<Task> next) {
        this.telemetry = telemetry;
        this.linked = linked;
        this.next = next;
    }

    @Override
    public CompletionStage<?> handle(Task task, TaskContext context) throws Exception {
        var sent = telemetry.extract(context.headers(), Context.current());
        var span = start(task, context, sent);
        Callable<CompletionStage<?>> handling = () -> next.handle(task, context);
        CompletionStage<?> running;
        try {
            running = sent.with(span).wrap(handling).call(); // baggage goes on, whosever child the span is
        } catch (Throwable failure) {
            end(span, context, failure);
            throw failure;
        }
        return running.whenComplete((value, failure) -> end(span, context, failure));
    }

    private Span start(Task task, TaskContext context, Context sent) {
        var builder = telemetry
                .span("process", "process", context.queue(), SpanKind.CONSUMER)
                .setAttribute(Names.DESTINATION, context.queue())
                .setAttribute(Names.MESSAGE_ID, context.taskId())
                .setAttribute(Names.BODY_SIZE, (long) task.payload().size())
                .setAttribute(Names.TASK_TYPE, context.type())
                .setAttribute(Names.ATTEMPT, context.retried() + 1L)
                .setAttribute(Names.MAX_RETRY, (long) context.maxRetry());
        var links = new Links(builder);
        links.add(telemetry.remote(context.headers()));
        if (linked) {
            builder.setNoParent();
        } else {
            builder.setParent(sent);
        }
        return builder.startSpan();
    }

    private static void end(Span span, TaskContext context, @Nullable Throwable failure) {
        if (failure == null) {
            span.setAttribute(Names.OUTCOME, "succeeded");
        } else {
            fail(span, context, Telemetry.cause(failure));
        }
        span.end();
    }

    private static void fail(Span span, TaskContext context, Throwable failure) {
        if (context.cancelled().orElse(null) == CancelReason.SHUTDOWN) {
            span.setAttribute(Names.OUTCOME, "released");
        } else if (Causes.find(RevokeTaskException.class, failure) != null) {
            span.setAttribute(Names.OUTCOME, "revoked");
        } else if (Causes.find(SnoozeException.class, failure) != null) {
            span.setAttribute(Names.OUTCOME, "snoozed");
        } else {
            span.recordException(failure);
            span.setAttribute(Names.OUTCOME, "failed");
            span.setAttribute(Names.ERROR_TYPE, failure.getClass().getName());
            span.setStatus(StatusCode.ERROR);
        }
    }
}
