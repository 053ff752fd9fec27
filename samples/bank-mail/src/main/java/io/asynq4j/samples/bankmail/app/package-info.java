/** Puts the parts together, as one process or as several, and takes them apart in order. */
@NullMarked
package io.asynq4j.samples.bankmail.app;

import org.jspecify.annotations.NullMarked;
