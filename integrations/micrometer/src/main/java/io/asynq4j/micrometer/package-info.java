/** Metrics of clients, servers and queues. */
@NullMarked
package io.asynq4j.micrometer;

import org.jspecify.annotations.NullMarked;
