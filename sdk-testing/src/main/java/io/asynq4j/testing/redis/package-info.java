/** A real Redis for tests and samples, as a child process. */
@NullMarked
package io.asynq4j.testing.redis;

import org.jspecify.annotations.NullMarked;
