/** What time it is, waking up later, and the handle that undoes. */
@NullMarked
package io.asynq4j.time;

import org.jspecify.annotations.NullMarked;
