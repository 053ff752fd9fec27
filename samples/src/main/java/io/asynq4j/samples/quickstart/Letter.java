package io.asynq4j.samples.quickstart;

/**
 * A message to one recipient.
 *
 * @param taskId of the task that it was written for; it travels in a header, so that a message tells where it came from
 */
record Letter(String taskId, String address, String subject, String text) {}
