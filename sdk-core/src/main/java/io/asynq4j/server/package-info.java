/** The engine: fetch, run, settle, and the loops beside that path. */
@NullMarked
package io.asynq4j.server;

import org.jspecify.annotations.NullMarked;
