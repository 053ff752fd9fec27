package io.asynq4j.spi;

import io.asynq4j.task.Payload;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A periodic task as others see it.
 *
 * @param spec the text of its schedule
 * @param options a text for each, like {@code Queue("low")}
 * @param next when it falls due; null for never
 * @param previous when it last fell due; null for never
 */
public record SchedulerEntry(
        String id,
        String spec,
        String taskType,
        Payload payload,
        List<String> options,
        @Nullable Instant next,
        @Nullable Instant previous) {
    /** Copies the options. */
    public SchedulerEntry {
        options = List.copyOf(options);
    }
}
