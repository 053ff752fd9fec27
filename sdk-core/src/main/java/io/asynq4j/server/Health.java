package io.asynq4j.server;

import io.asynq4j.task.TaskException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Who is told, and how often, whether the broker answers. */
record Health(@Nullable Consumer<Optional<TaskException>> told, Duration interval) {}
