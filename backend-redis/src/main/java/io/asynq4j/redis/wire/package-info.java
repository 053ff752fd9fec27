/** Task records as protobuf bytes, and back. */
@NullMarked
package io.asynq4j.redis.wire;

import org.jspecify.annotations.NullMarked;
