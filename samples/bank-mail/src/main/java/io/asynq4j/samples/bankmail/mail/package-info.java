/** Letters, and how they are sent. */
@NullMarked
package io.asynq4j.samples.bankmail.mail;

import org.jspecify.annotations.NullMarked;
