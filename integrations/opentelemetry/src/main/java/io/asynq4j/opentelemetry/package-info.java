/** Traces by OpenTelemetry. */
@NullMarked
package io.asynq4j.opentelemetry;

import org.jspecify.annotations.NullMarked;
