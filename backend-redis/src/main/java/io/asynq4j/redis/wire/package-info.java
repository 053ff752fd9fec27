/** Records as bytes: the protobuf messages that programs in other languages read and write. */
@NullMarked
package io.asynq4j.redis.wire;

import org.jspecify.annotations.NullMarked;
