/** Redis for tests, in containers. */
@NullMarked
package io.asynq4j.containers;

import org.jspecify.annotations.NullMarked;
