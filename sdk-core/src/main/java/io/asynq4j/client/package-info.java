/** Putting tasks on queues. */
@NullMarked
package io.asynq4j.client;

import org.jspecify.annotations.NullMarked;
