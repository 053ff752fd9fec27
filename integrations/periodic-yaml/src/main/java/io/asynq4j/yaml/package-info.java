/** Periodic tasks from a YAML file. */
@NullMarked
package io.asynq4j.yaml;

import org.jspecify.annotations.NullMarked;
