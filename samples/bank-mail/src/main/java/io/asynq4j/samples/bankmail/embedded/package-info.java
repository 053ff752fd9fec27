/** Stands for what an operator provides: a Redis and a mail server, in or beside this process. */
@NullMarked
package io.asynq4j.samples.bankmail.embedded;

import org.jspecify.annotations.NullMarked;
