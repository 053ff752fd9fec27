package io.asynq4j.yaml;

import io.asynq4j.schedule.PeriodicTask;
import io.asynq4j.schedule.PeriodicTaskConfigProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The periodic tasks of a YAML file, for an {@link io.asynq4j.schedule.PeriodicTaskManager}, which asks for them at each sync: a
 * change of the file is taken up then. A file that cannot be read, or is no YAML, changes nothing; an entry that is wrong is
 * left out. What is told of either has file, line and column.
 *
 * <pre>{@code
 * tasks:
 *   - name: nightly-report          # its id; without one a change of the entry makes another one
 *     cron: "30 2 * * *"            # or "@every 90s", or any other text of a schedule
 *     zone: Europe/Berlin
 *     type: report:nightly
 *     payload: '{"days": 1}'        # text; payload_base64 for bytes
 *     queue: low                    # and max_retry, timeout, deadline, unique_for, retention, task_id, group, headers
 *     missed: once                  # skip, once, or how far back all count, such as 2h
 *     overlap: skip                 # allow, skip, buffer or cancel
 *     jitter: 30s                   # and start and end
 * }</pre>
 *
 * <p>Durations are numbers with units, {@code 1h30m} or {@code 500ms}; moments are like {@code 2026-01-01T00:00:00Z}.
 */
public final class YamlPeriodicTasks implements PeriodicTaskConfigProvider {
    static final int MOST_BYTES = 4 << 20;

    private final Path file;

    private YamlPeriodicTasks(Path file) {
        this.file = file;
    }

    /** Those of {@code file}, in UTF-8, 4 MiB at most. */
    public static YamlPeriodicTasks of(Path file) {
        return new YamlPeriodicTasks(Objects.requireNonNull(file, "file"));
    }

    /**
     * All of them.
     *
     * @throws IllegalArgumentException when the file, or an entry, is wrong
     */
    @Override
    public List<PeriodicTask> periodicTasks() throws IOException {
        var problems = new ArrayList<String>();
        var tasks = periodicTasks(problems::add);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(problems.get(0));
        }
        return tasks;
    }

    /** @throws IllegalArgumentException when the file is no YAML, or its outline is not as it should be */
    @Override
    public List<PeriodicTask> periodicTasks(Consumer<String> problems) throws IOException {
        long size = Files.size(file);
        if (size > MOST_BYTES) {
            throw new IllegalArgumentException(file + " has " + size + " bytes, and " + MOST_BYTES + " are the most");
        }
        var name = String.valueOf(file.getFileName());
        return new Document(name).read(Files.readString(file, StandardCharsets.UTF_8), problems);
    }
}
