/** Enqueueing periodically. */
@NullMarked
package io.asynq4j.schedule;

import org.jspecify.annotations.NullMarked;
