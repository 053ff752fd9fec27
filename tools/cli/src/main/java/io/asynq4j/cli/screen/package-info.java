/** The live dashboard. */
@NullMarked
package io.asynq4j.cli.screen;

import org.jspecify.annotations.NullMarked;
