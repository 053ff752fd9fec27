/** What is left to tasks: which there are, who enqueues them, and what is done with them. */
@NullMarked
package io.asynq4j.samples.bankmail.tasks;

import org.jspecify.annotations.NullMarked;
