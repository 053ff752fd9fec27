package io.asynq4j.opentelemetry;

import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;

/** Adds links to a span in the making, up to a bound. Used by one thread. */
final class Links {
    private final SpanBuilder span;
    private int links;
    private long leftOut;

    Links(SpanBuilder span) {
        this.span = span;
    }

    /** Adds a link, unless {@code to} is invalid. */
    void add(SpanContext to) {
        if (!to.isValid()) {
            return;
        }
        if (links < TaskTracing.MOST_LINKS) {
            links++;
            span.addLink(to);
        } else {
            leftOut++;
        }
    }

    /** Says what is missing. */
    void close() {
        if (leftOut > 0) {
            span.setAttribute(Names.LINKS_LEFT_OUT, leftOut);
        }
    }
}
