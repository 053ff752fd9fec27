package io.asynq4j.spi;

/** A group of a queue, and how many tasks wait in it. */
public record GroupInfo(String group, long size) {}
