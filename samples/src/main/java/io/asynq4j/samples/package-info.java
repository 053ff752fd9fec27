/** Programs to run and read, one idea in each file. */
@NullMarked
package io.asynq4j.samples;

import org.jspecify.annotations.NullMarked;
