/**
 * The story of the project in one run: a file of members, a verification e-mail to each of them by way of Redis, a mail
 * server that says no at first, and a summary that counts every message.
 */
@NullMarked
package io.asynq4j.samples.quickstart;

import org.jspecify.annotations.NullMarked;
