/** Payloads as JSON, by Jackson. */
@NullMarked
package io.asynq4j.jackson;

import org.jspecify.annotations.NullMarked;
