package io.asynq4j.micrometer;

import io.asynq4j.server.AttemptOutcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is measured of the tasks of one type in one queue. Safe for use by many threads. */
final class TaskMeters {
    private final Timer waits;
    private final Timer runs;
    private final Timer ends;
    private final Map<AttemptOutcome, Counter> outcomes = new EnumMap<>(AttemptOutcome.class);

    TaskMeters(MeterRegistry registry, Tags tags) {
        waits = Buckets.task(registry, "asynq4j.task.wait", "From pending to the start of an attempt", tags);
        runs = Buckets.task(
                registry, "asynq4j.task.run", "From the start of an attempt to the end of its handler", tags);
        ends = Buckets.task(registry, "asynq4j.task.end.to.end", "From when a task was to start to its success", tags);
        for (var outcome : AttemptOutcome.values()) {
            outcomes.put(
                    outcome,
                    Counter.builder("asynq4j.task.outcomes")
                            .description("What attempts have come to")
                            .tags(tags.and("outcome", Labels.lower(outcome)))
                            .register(registry));
        }
    }

    void waited(Duration time) {
        waits.record(time);
    }

    void ran(Duration time) {
        runs.record(time);
    }

    /** @param age of the task; null when not known */
    void settled(AttemptOutcome outcome, @Nullable Duration age) {
        Objects.requireNonNull(outcomes.get(outcome)).increment();
        if (outcome == AttemptOutcome.COMPLETED && age != null) {
            ends.record(age);
        }
    }
}
