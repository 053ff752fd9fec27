/** The broker SPI in terms of scripts and keys. */
@NullMarked
package io.asynq4j.redis;

import org.jspecify.annotations.NullMarked;
