package io.asynq4j.spi;

import java.time.Duration;

/**
 * Something that falls due again and again, as the broker keeps it.
 *
 * @param queue of its tasks, where its record lies too
 * @param id the same in all schedulers, and after restarts
 * @param rhythm names its schedule: when that is another one, what was missed by the old one is not looked at
 * @param keep how long its record outlives the last call
 */
public record PeriodicEntry(String queue, String id, String rhythm, Duration keep) {}
