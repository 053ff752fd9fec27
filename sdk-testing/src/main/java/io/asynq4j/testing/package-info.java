/** What tests stand on: time that they move, and a broker that lives in memory. */
@NullMarked
package io.asynq4j.testing;

import org.jspecify.annotations.NullMarked;
