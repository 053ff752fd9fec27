/** What code of other libraries becomes: for the pages about moving here. */
@NullMarked
package io.asynq4j.samples.moving;

import org.jspecify.annotations.NullMarked;
