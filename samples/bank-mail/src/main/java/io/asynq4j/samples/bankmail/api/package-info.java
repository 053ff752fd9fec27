/** The same for other programs, over gRPC. */
@NullMarked
package io.asynq4j.samples.bankmail.api;

import org.jspecify.annotations.NullMarked;
