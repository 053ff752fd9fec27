package io.asynq4j.opentelemetry;

import io.asynq4j.client.EnqueueMiddleware;
import io.asynq4j.handler.Aggregator;
import io.asynq4j.handler.Middleware;
import io.opentelemetry.api.OpenTelemetry;
import java.util.Objects;

/**
 * Traces tasks by OpenTelemetry, from whoever enqueues them to their handlers, as its semantic conventions for messaging say.
 * The context travels in the tasks' headers, as the configured propagators write it: with W3C's these are {@code traceparent},
 * {@code tracestate} and {@code baggage}, which Go programs write and read alike.
 *
 * <p>Safe for use by many threads; one for a program will do.
 */
public final class TaskTracing {
    /** The most links that one span gets; more are left out and counted in an attribute. */
    public static final int MOST_LINKS = 128;

    private final Telemetry telemetry;
    private final boolean linked;

    private TaskTracing(Telemetry telemetry, boolean linked) {
        this.telemetry = telemetry;
        this.linked = linked;
    }

    /** With the tracers and propagators of {@code openTelemetry}. */
    public static TaskTracing of(OpenTelemetry openTelemetry) {
        return new TaskTracing(new Telemetry(Objects.requireNonNull(openTelemetry, "open telemetry")), false);
    }

    /**
     * The same, but the span of an attempt begins a trace of its own, with a link to the span of whoever enqueued the task; for
     * tasks that wait so long, or are retried so often, that one trace of everything would be hard to read.
     */
    public TaskTracing withLinks() {
        return new TaskTracing(telemetry, true);
    }

    /**
     * For a client: a span {@code send <queue>} of kind producer around each call that enqueues, and its context in the headers of
     * the tasks. A task that has a context in its headers keeps that, and gets a link.
     */
    public EnqueueMiddleware client() {
        return next -> new ProducerSpans(telemetry, next);
    }

    /**
     * For a server: a span {@code process <queue>} of kind consumer around each attempt, from the start of the handler until it
     * has really ended, asynchronous handlers included. It is the current one while the handler's method runs. What the handler
     * fails with is recorded; to be put off, or deleted on its own request, is no failure.
     */
    public Middleware server() {
        return next -> new ConsumerSpans(telemetry, linked, next);
    }

    /**
     * For groups: a span "aggregate" of kind producer around {@code aggregator}, with a link to the context of each
     * member; its own context goes into the headers of the task that it makes.
     */
    public Aggregator aggregator(Aggregator aggregator) {
        return new AggregateSpans(telemetry, Objects.requireNonNull(aggregator, "aggregator"));
    }
}
