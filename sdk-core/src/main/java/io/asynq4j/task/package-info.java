/** The words: tasks, their types, options, states and the exceptions about them. */
@NullMarked
package io.asynq4j.task;

import org.jspecify.annotations.NullMarked;
