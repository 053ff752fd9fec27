package io.asynq4j.cli;

import io.asynq4j.task.Options;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How a new task is to be treated. Names with underscores are asynq's. */
final class TaskOptions {
    @Option(
            names = {"-q", "--queue"},
            paramLabel = "QUEUE",
            description = "Default: default.")
    private @Nullable String queue;

    @Option(
            names = {"-r", "--retry", "--max-retry"},
            paramLabel = "N",
            description = "How often it is retried at most. Default: 25.")
    private @Nullable Integer retry;

    @Option(names = "--timeout", paramLabel = "LENGTH", converter = Durations.class, description = "Of one attempt.")
    private @Nullable Duration timeout;

    @Option(
            names = "--deadline",
            paramLabel = "TIME",
            converter = Time.class,
            description = "Like 2030-01-02T15:04:05Z.")
    private @Nullable Instant deadline;

    @Option(
            names = "--unique",
            paramLabel = "LENGTH",
            converter = Durations.class,
            description = "Refuse other tasks like this one for so long.")
    private @Nullable Duration unique;

    @Option(
            names = {"--process-at", "--process_at"},
            paramLabel = "TIME",
            converter = Time.class)
    private @Nullable Instant processAt;

    @Option(
            names = {"--process-in", "--process_in"},
            paramLabel = "LENGTH",
            converter = Durations.class)
    private @Nullable Duration processIn;

    @Option(
            names = "--retention",
            paramLabel = "LENGTH",
            converter = Durations.class,
            description = "How long it is kept after it has succeeded.")
    private @Nullable Duration retention;

    @Option(
            names = {"-g", "--group"},
            paramLabel = "GROUP")
    private @Nullable String group;

    @Option(
            names = {"-H", "--header"},
            paramLabel = "NAME=VALUE",
            description = "Can be given several times.")
    private Map<String, String> headers = Map.of();

    Options options() {
        if (processAt != null && processIn != null) {
            throw CommandException.usage("a task starts by --process-at or --process-in, not by both");
        }
        var options = Options.defaults().headers(headers);
        options = queue == null ? options : options.queue(queue);
        options = retry == null ? options : options.maxRetry(retry);
        options = timeout == null ? options : options.timeout(timeout);
        options = deadline == null ? options : options.deadline(deadline);
        options = unique == null ? options : options.uniqueFor(unique);
        options = processAt == null ? options : options.processAt(processAt);
        options = processIn == null ? options : options.processIn(processIn);
        options = retention == null ? options : options.retention(retention);
        return group == null ? options : options.group(group);
    }

    /** Times as ISO 8601 and RFC 3339 have them. */
    static final class Time implements ITypeConverter<Instant> {
        @Override
        public Instant convert(String text) {
            try {
                return OffsetDateTime.parse(text).toInstant();
            } catch (DateTimeParseException wrong) {
                throw new TypeConversionException("\"" + text + "\" is no time like 2030-01-02T15:04:05Z");
            }
        }
    }
}
