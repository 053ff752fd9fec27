package io.asynq4j.opentelemetry;

import io.asynq4j.task.Task;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** What all spans have in common: where they come from, and how contexts and headers become one another. */
final class Telemetry {
    private final Tracer tracer;
    private final TextMapPropagator propagator;

    Telemetry(OpenTelemetry openTelemetry) {
        tracer = openTelemetry.getTracer("io.asynq4j");
        propagator = openTelemetry.getPropagators().getTextMapPropagator();
    }

    /** A span that has the attributes of every operation on a destination. */
    SpanBuilder span(String operation, String type, String destination, SpanKind kind) {
        return tracer.spanBuilder(destination.isEmpty() ? operation : operation + " " + destination)
                .setSpanKind(kind)
                .setAttribute(Names.SYSTEM, "asynq")
                .setAttribute(Names.OPERATION_NAME, operation)
                .setAttribute(Names.OPERATION_TYPE, type);
    }

    /** What the headers tell, on top of {@code context}. */
    Context extract(Map<String, String> headers, Context context) {
        return propagator.extract(context, headers, HEADERS);
    }

    /** The span that the headers tell of; an invalid one when they do not. */
    SpanContext remote(Map<String, String> headers) {
        return Span.fromContext(extract(headers, Context.root())).getSpanContext();
    }

    /** What tells of {@code context} in headers. */
    Map<String, String> headers(Context context) {
        var headers = new HashMap<String, String>();
        propagator.inject(context, headers, HashMap::put);
        return headers;
    }

    /** All headers of a task that is not stored yet. */
    static Map<String, String> headersOf(Task task) {
        var own = task.options().headers();
        if (own.isEmpty() || task.headers().isEmpty()) {
            return own.isEmpty() ? task.headers() : own;
        }
        var all = new HashMap<>(task.headers());
        all.putAll(own);
        return all;
    }

    /** What a stage has really failed with. */
    static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** Looks up headers as they are written; no program of either language changes their case. */
    @SuppressWarnings("deprecation") // the method that takes its place is not in all versions that programs have
    private static final TextMapGetter<Map<String, String>> HEADERS = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Map<String, String> headers) {
            return headers.keySet();
        }

        @Override
        public @Nullable String get(@Nullable Map<String, String> headers, String key) {
            return headers == null ? null : headers.get(key);
        }
    };
}
