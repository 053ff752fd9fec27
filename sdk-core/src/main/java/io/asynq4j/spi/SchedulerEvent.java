package io.asynq4j.spi;

import java.time.Instant;

/** One time that a periodic entry has put a task on its queue. */
public record SchedulerEvent(String taskId, Instant at) {}
