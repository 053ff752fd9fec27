package io.asynq4j.server;

import io.asynq4j.handler.ErrorHandler;
import io.asynq4j.handler.RetryPolicy;
import io.asynq4j.handler.TaskListener;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a server was told about failed attempts. */
record Failures(
        RetryPolicy retryPolicy,
        Predicate<Throwable> isFailure,
        @Nullable ErrorHandler errorHandler,
        List<TaskListener> listeners) {}
