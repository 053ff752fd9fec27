/** The Redis port on Jedis, and the one class to open it. */
@NullMarked
package io.asynq4j.jedis;

import org.jspecify.annotations.NullMarked;
