/** What users write to work tasks off. */
@NullMarked
package io.asynq4j.handler;

import org.jspecify.annotations.NullMarked;
