package io.asynq4j.spi;

import java.time.LocalDate;

/** The attempts of a queue that ended on one day in UTC. Days count for 90 days. */
public record QueueDay(String queue, LocalDate day, QueueInfo.Attempts attempts) {}
