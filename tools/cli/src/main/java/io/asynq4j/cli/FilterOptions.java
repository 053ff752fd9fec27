package io.asynq4j.cli;

import io.asynq4j.inspect.TaskFilter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which tasks are meant; all that is said has to hold. */
final class FilterOptions {
    @Option(
            names = "--type",
            paramLabel = "TYPE",
            description = "Only of this type, or of those that begin with it where it ends with *.")
    private @Nullable String type;

    @Option(names = "--payload-contains", paramLabel = "TEXT", description = "Only with TEXT in the payload.")
    private @Nullable String payload;

    @Option(names = "--error-contains", paramLabel = "TEXT", description = "Only with TEXT in the last error.")
    private @Nullable String error;

    @Option(
            names = "--older-than",
            paramLabel = "LENGTH",
            converter = Durations.class,
            description = "Only those that are in their state for so long, as far as that is known.")
    private @Nullable Duration olderThan;

    TaskFilter filter() {
        return new TaskFilter(type, payload, error, olderThan);
    }

    boolean isAny() {
        return filter().equals(TaskFilter.any());
    }
}
