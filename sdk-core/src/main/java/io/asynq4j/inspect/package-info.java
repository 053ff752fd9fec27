/** Looking at queues, and moving tasks by hand. */
@NullMarked
package io.asynq4j.inspect;

import org.jspecify.annotations.NullMarked;
