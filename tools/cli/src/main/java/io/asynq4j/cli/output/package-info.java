/** How values look to people and to programs. */
@NullMarked
package io.asynq4j.cli.output;

import org.jspecify.annotations.NullMarked;
