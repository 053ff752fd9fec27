/** Programs that measure how fast it is. */
@NullMarked
package io.asynq4j.benchmarks;

import org.jspecify.annotations.NullMarked;
