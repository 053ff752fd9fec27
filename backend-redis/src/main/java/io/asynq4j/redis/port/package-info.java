/** What a Redis client library must do. */
@NullMarked
package io.asynq4j.redis.port;

import org.jspecify.annotations.NullMarked;
