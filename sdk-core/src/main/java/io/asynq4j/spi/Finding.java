package io.asynq4j.spi;

/**
 * Something that is wrong.
 *
 * @param queue where; empty for what concerns no queue
 * @param subject what: a task's id, or another name by which the broker knows it
 * @param place where it was found, in words that the broker understands again
 */
public record Finding(String queue, Ailment ailment, String subject, String place) {}
