/** The Redis port on Lettuce, and the one class to open it. */
@NullMarked
package io.asynq4j.lettuce;

import org.jspecify.annotations.NullMarked;
