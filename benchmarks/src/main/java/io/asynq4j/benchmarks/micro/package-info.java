/** What single steps of a task's path cost, without Redis. */
@NullMarked
package io.asynq4j.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
