/** What a backend must do. */
@NullMarked
package io.asynq4j.spi;

import org.jspecify.annotations.NullMarked;
