/** Sharing a limited number of permits among attempts, on whatever server they run. */
@NullMarked
package io.asynq4j.limit;

import org.jspecify.annotations.NullMarked;
