package io.asynq4j.opentelemetry;

import io.asynq4j.handler.Aggregator;
import io.asynq4j.task.Options;
import io.asynq4j.task.Task;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.util.List;

/** A span around each call of an aggregator. */
final class AggregateSpans implements Aggregator {
    private final Telemetry telemetry;
    private final Aggregator next;

    AggregateSpans(Telemetry telemetry, Aggregator next) {
        this.telemetry = telemetry;
        this.next = next;
    }

    @Override
    public Task aggregate(String group, List<Task> tasks) throws Exception {
        var span = start(group, tasks);
        var inSpan = Context.current().with(span);
        try {
            return carrying(
                    inSpan, inSpan.wrap(() -> next.aggregate(group, tasks)).call());
        } catch (Throwable failure) {
            span.recordException(failure);
            span.setAttribute(Names.ERROR_TYPE, failure.getClass().getName());
            span.setStatus(StatusCode.ERROR);
            throw failure;
        } finally {
            span.end();
        }
    }

    private Span start(String group, List<Task> tasks) {
        var builder = telemetry
                .span("aggregate", "create", "", SpanKind.PRODUCER)
                .setAttribute(Names.GROUP, group)
                .setAttribute(Names.BATCH_COUNT, (long) tasks.size());
        var links = new Links(builder);
        tasks.forEach(task -> links.add(telemetry.remote(task.headers())));
        links.close();
        return builder.startSpan();
    }

    /** In place of the context of a member, which the task may have from there. */
    private Task carrying(Context context, Task made) {
        return made.with(Options.defaults().headers(telemetry.headers(context)));
    }
}
