package io.asynq4j.spi;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a periodic entry has got.
 *
 * @param last the time up to which it is settled: that of its last firing, or when it was first seen. Whole seconds
 * @param task the id of the last task it has made; null when there is none
 * @param leftOver whether there is something to be seen to when that task is finished, see {@link Firing.Kind#REST}
 * @param paused whether it makes no tasks until it is resumed
 */
public record Standing(Instant last, @Nullable String task, boolean leftOver, boolean paused) {}
