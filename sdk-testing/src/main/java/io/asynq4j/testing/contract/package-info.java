/** What every broker promises, as cases that any test framework can run. */
@NullMarked
package io.asynq4j.testing.contract;

import org.jspecify.annotations.NullMarked;
