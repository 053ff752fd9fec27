/** The members and their codes in SQL. Knows nothing of tasks, mails or gRPC. */
@NullMarked
package io.asynq4j.samples.bankmail.members;

import org.jspecify.annotations.NullMarked;
