package io.asynq4j.spi;

import io.asynq4j.task.Options;
import io.asynq4j.task.Payload;
import io.asynq4j.task.Task;
import io.asynq4j.task.TaskInfo;
import io.asynq4j.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A task as it is stored: the record that travels between processes, of either language.
 *
 * @param type names the handler
 * @param payload opaque
 * @param id unique within the queue
 * @param queue where it lives
 * @param headers what travels beside the payload
 * @param limits how it is to be treated
 * @param uniqueKey the backend's name of the unique lock it holds; empty for none
 * @param group the group it belongs to; empty for none
 * @param progress how far it got
 * @param unknown fields of newer writers, which are kept as they are
 */
public record TaskMessage(
        String type,
        Payload payload,
        String id,
        String queue,
        Map<String, String> headers,
        Limits limits,
        String uniqueKey,
        String group,
        Progress progress,
        Payload unknown) {
    /** Copies the headers. */
    public TaskMessage {
        headers = headers.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /**
     * The record of a new task. This is the one place where defaults are applied, and where fractions of a second are rounded
     * up.
     *
     * @param options all that was set for the task, see {@link Task#resolve}
     */
    public static TaskMessage of(String type, Payload payload, Options options) {
        return new TaskMessage(
                type,
                payload,
                options.taskId().orElseGet(() -> UUID.randomUUID().toString()),
                options.queue().orElse(Options.DEFAULT_QUEUE),
                options.headers(),
                Limits.of(options),
                "",
                options.group().orElse(""),
                Progress.NONE,
                Payload.none());
    }

    /** What a handler gets. */
    public Task task() {
        return new Task(type, payload, headers, Options.defaults());
    }

    /** What people are told. */
    public TaskInfo info(TaskState state, @Nullable Instant nextProcessAt) {
        return new TaskInfo(
                id,
                queue,
                type,
                payload,
                headers,
                state,
                new TaskInfo.Limits(
                        limits.maxRetry(),
                        limits.timeoutSeconds() == 0 ? null : Duration.ofSeconds(limits.timeoutSeconds()),
                        Seconds.instant(limits.deadlineUnixSeconds()),
                        Duration.ofSeconds(limits.retentionSeconds()),
                        group.isEmpty() ? null : group),
                new TaskInfo.Progress(
                        progress.retried(),
                        progress.error().isEmpty() ? null : progress.error(),
                        Seconds.instant(progress.lastFailedAtUnixSeconds()),
                        Seconds.instant(progress.completedAtUnixSeconds()),
                        nextProcessAt),
                TaskInfo.Sighting.NONE);
    }

    /** The same task holding the lock {@code uniqueKey}. */
    public TaskMessage withUniqueKey(String uniqueKey) {
        return new TaskMessage(type, payload, id, queue, headers, limits, uniqueKey, group, progress, unknown);
    }

    /** The same task with these headers, and no others. */
    public TaskMessage withHeaders(Map<String, String> headers) {
        return new TaskMessage(type, payload, id, queue, headers, limits, uniqueKey, group, progress, unknown);
    }

    /** The same task in another queue, without its lock, which is of the queue it came from. */
    public TaskMessage withQueue(String queue) {
        return new TaskMessage(type, payload, id, queue, headers, limits, "", group, progress, unknown);
    }

    /** The same task by another id. */
    public TaskMessage withId(String id) {
        return new TaskMessage(type, payload, id, queue, headers, limits, uniqueKey, group, progress, unknown);
    }

    /** The same task with another payload. */
    public TaskMessage withPayload(Payload payload) {
        return new TaskMessage(type, payload, id, queue, headers, limits, uniqueKey, group, progress, unknown);
    }

    /** The same task, as far as {@code progress}. */
    public TaskMessage withProgress(Progress progress) {
        return new TaskMessage(type, payload, id, queue, headers, limits, uniqueKey, group, progress, unknown);
    }

    /**
     * How a task is to be treated, in the units of its record. Zero means none, except for {@code maxRetry}.
     *
     * @param maxRetry how often it may be retried
     * @param timeoutSeconds of one attempt
     * @param deadlineUnixSeconds of the task
     * @param retentionSeconds after success; less than zero is none
     */
    public record Limits(int maxRetry, long timeoutSeconds, long deadlineUnixSeconds, long retentionSeconds) {
        static Limits of(Options options) {
            var deadline = options.deadline();
            var timeout = options.timeout()
                    .or(() -> deadline.isPresent() ? Optional.empty() : Optional.of(Options.DEFAULT_TIMEOUT));
            return new Limits(
                    options.maxRetry().orElse(Options.DEFAULT_MAX_RETRY),
                    timeout.map(Seconds::up).orElse(0L),
                    deadline.map(Seconds::up).orElse(0L),
                    options.retention().map(Seconds::up).orElse(0L));
        }
    }

    /**
     * How far a task got. Zero and empty mean never.
     *
     * @param retried retries used up
     * @param error text of the last failure
     * @param lastFailedAtUnixSeconds when that was
     * @param completedAtUnixSeconds when it succeeded, if it is kept after that
     */
    public record Progress(int retried, String error, long lastFailedAtUnixSeconds, long completedAtUnixSeconds) {
        /** Not tried yet. */
        public static final Progress NONE = new Progress(0, "", 0, 0);

        /**
         * After a failure.
         *
         * @param error text for people; made valid Unicode, and cut at 8 KiB of UTF-8
         * @param counted uses up a retry
         */
        public Progress failed(String error, Instant at, boolean counted) {
            var text = BoundedText.of(error);
            return new Progress(counted ? retried + 1 : retried, text, at.getEpochSecond(), completedAtUnixSeconds);
        }

        /** After a success that is kept. */
        public Progress completed(Instant at) {
            return new Progress(retried, error, lastFailedAtUnixSeconds, at.getEpochSecond());
        }
    }
}
