/** Tests of tasks with JUnit 5. */
@NullMarked
package io.asynq4j.junit5;

import org.jspecify.annotations.NullMarked;
