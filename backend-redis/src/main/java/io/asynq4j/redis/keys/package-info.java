/** Key names, as the Go library has them. */
@NullMarked
package io.asynq4j.redis.keys;

import org.jspecify.annotations.NullMarked;
