package io.asynq4j.task;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a task is to be treated. Starts with nothing set, so that several can be laid over each other: those of the type,
 * of the task and of the call, in this order. The last one that sets an option wins; headers accumulate. What nobody set
 * gets its default when the task is enqueued.
 *
 * <p>Immutable. Each method answers a changed copy, and refuses a wrong value with {@link IllegalArgumentException}.
 * Fractions of a second are rounded up when the task is enqueued, since its record counts whole seconds.
 */
public final class Options {
    /** The queue of a task that names none. */
    public static final String DEFAULT_QUEUE = "default";

    /** How often a task is retried that sets no limit. */
    public static final int DEFAULT_MAX_RETRY = 25;

    /** How long one attempt may take when neither a timeout nor a deadline is set. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(30);

    private static final Options NOTHING = new Options(new Draft());

    private final @Nullable String queue;
    private final @Nullable String taskId;
    private final @Nullable Integer maxRetry;
    private final @Nullable Duration timeout;
    private final @Nullable Instant deadline;
    private final @Nullable Duration uniqueFor;
    private final @Nullable String uniqueKey;
    private final @Nullable Instant processAt;
    private final @Nullable Duration processIn;
    private final @Nullable Duration retention;
    private final @Nullable String group;
    private final Map<String, String> headers;

    private Options(Draft draft) {
        queue = draft.queue;
        taskId = draft.taskId;
        maxRetry = draft.maxRetry;
        timeout = draft.timeout;
        deadline = draft.deadline;
        uniqueFor = draft.uniqueFor;
        uniqueKey = draft.uniqueKey;
        processAt = draft.processAt;
        processIn = draft.processIn;
        retention = draft.retention;
        group = draft.group;
        headers = draft.headers;
    }

    /** Nothing set: every option has its default. */
    public static Options defaults() {
        return NOTHING;
    }

    /** The queue to put the task on; not blank, without braces. Default {@value #DEFAULT_QUEUE}. */
    public Options queue(String name) {
        var draft = new Draft(this);
        draft.queue = Names.queue(name);
        return new Options(draft);
    }

    /** The task's id, unique in its queue; not blank. Default a random UUID. */
    public Options taskId(String id) {
        var draft = new Draft(this);
        draft.taskId = Names.taskId(id);
        return new Options(draft);
    }

    /** How often the task is run again after a failure, 0 or more. Default {@value #DEFAULT_MAX_RETRY}. */
    public Options maxRetry(int retries) {
        if (retries < 0) {
            throw new IllegalArgumentException("max retry must not be negative: " + retries);
        }
        var draft = new Draft(this);
        draft.maxRetry = retries;
        return new Options(draft);
    }

    /**
     * How long one attempt may take, more than zero. Default 30 minutes, unless a deadline is set. A task has always one of
     * the two; one that may run without limit is given a far deadline.
     */
    public Options timeout(Duration perAttempt) {
        var draft = new Draft(this);
        draft.timeout = Times.positive("timeout", perAttempt);
        return new Options(draft);
    }

    /** When the task is to be finished at the latest, after 1970. An attempt ends at this or at its timeout. Default none. */
    public Options deadline(Instant latest) {
        var draft = new Draft(this);
        draft.deadline = Times.deadline(latest);
        return new Options(draft);
    }

    /**
     * Refuses other tasks of the same queue, type and payload with {@link DuplicateTaskException} for this long, or until
     * this one has succeeded or is deleted; at least 1 s. For a task that starts later the time counts from its start.
     */
    public Options uniqueFor(Duration lock) {
        if (Times.bounded("unique time", lock).compareTo(Times.SECOND) < 0) {
            throw new IllegalArgumentException("unique time must be at least 1 s: " + lock);
        }
        var draft = new Draft(this);
        draft.uniqueFor = lock;
        return new Options(draft);
    }

    /**
     * What makes the task unique instead of its payload, together with queue and type; not blank. To be set with
     * {@link #uniqueFor}. Another program sees an ordinary lock, that of a task whose payload is this text.
     */
    public Options uniqueKey(String key) {
        var draft = new Draft(this);
        draft.uniqueKey = Names.uniqueKey(key);
        return new Options(draft);
    }

    /** Runs the task not before {@code start}; at once when that has passed. Replaces {@link #processIn}. */
    public Options processAt(Instant start) {
        var draft = new Draft(this);
        draft.processAt = Times.bounded("process at", start);
        draft.processIn = null;
        return new Options(draft);
    }

    /** Runs the task this long after it was enqueued; at once when zero or negative. Replaces {@link #processAt}. */
    public Options processIn(Duration delay) {
        var draft = new Draft(this);
        draft.processIn = Times.bounded("process in", delay);
        draft.processAt = null;
        return new Options(draft);
    }

    /** How long the task and its result are kept after success, 0 or more. Default 0: it is deleted at once. */
    public Options retention(Duration afterSuccess) {
        var draft = new Draft(this);
        draft.retention = Times.notNegative("retention", afterSuccess);
        return new Options(draft);
    }

    /** Collects the task with others of this group, to be aggregated into one; not blank. Default none. */
    public Options group(String name) {
        var draft = new Draft(this);
        draft.group = Names.group(name);
        return new Options(draft);
    }

    /** Adds a header, or replaces the one of this name. */
    public Options header(String name, String value) {
        return headers(Map.of(name, value));
    }

    /** Adds {@code more} to the headers; where both have a name, {@code more} wins. */
    public Options headers(Map<String, String> more) {
        var draft = new Draft(this);
        draft.headers = Headers.merge(headers, Headers.checked(more));
        return new Options(draft);
    }

    /** These options with {@code later} laid over them. */
    @SuppressWarnings("ReferenceEquality") // a short cut for the one instance that most calls have
    public Options merge(Options later) {
        Objects.requireNonNull(later, "options");
        if (later == NOTHING) {
            return this;
        }
        if (this == NOTHING) {
            return later;
        }
        var draft = new Draft(this);
        draft.overlay(later);
        return new Options(draft);
    }

    public Optional<String> queue() {
        return Optional.ofNullable(queue);
    }

    public Optional<String> taskId() {
        return Optional.ofNullable(taskId);
    }

    public OptionalInt maxRetry() {
        return maxRetry == null ? OptionalInt.empty() : OptionalInt.of(maxRetry);
    }

    public Optional<Duration> timeout() {
        return Optional.ofNullable(timeout);
    }

    public Optional<Instant> deadline() {
        return Optional.ofNullable(deadline);
    }

    public Optional<Duration> uniqueFor() {
        return Optional.ofNullable(uniqueFor);
    }

    public Optional<String> uniqueKey() {
        return Optional.ofNullable(uniqueKey);
    }

    public Optional<Instant> processAt() {
        return Optional.ofNullable(processAt);
    }

    public Optional<Duration> processIn() {
        return Optional.ofNullable(processIn);
    }

    /** When the task is to start if it is enqueued at {@code now}: {@code now}, or later when these options delay it. */
    public Instant startAfter(Instant now) {
        var start = processAt != null ? processAt : processIn != null ? now.plus(processIn) : now;
        return start.isAfter(now) ? start : now;
    }

    public Optional<Duration> retention() {
        return Optional.ofNullable(retention);
    }

    public Optional<String> group() {
        return Optional.ofNullable(group);
    }

    public Map<String, String> headers() {
        return headers;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Options that && parts().equals(that.parts());
    }

    @Override
    public int hashCode() {
        return parts().hashCode();
    }

    @Override
    public String toString() {
        return "Options" + parts();
    }

    private Map<String, Object> parts() {
        var parts = new TreeMap<String, Object>();
        put(parts, "queue", queue);
        put(parts, "taskId", taskId);
        put(parts, "maxRetry", maxRetry);
        put(parts, "timeout", timeout);
        put(parts, "deadline", deadline);
        put(parts, "uniqueFor", uniqueFor);
        put(parts, "uniqueKey", uniqueKey);
        put(parts, "processAt", processAt);
        put(parts, "processIn", processIn);
        put(parts, "retention", retention);
        put(parts, "group", group);
        put(parts, "headers", headers.isEmpty() ? null : headers);
        return parts;
    }

    private static void put(Map<String, Object> parts, String name, @Nullable Object value) {
        if (value != null) {
            parts.put(name, value);
        }
    }

    /** A copy under change, seen by one thread. */
    private static final class Draft {
        private @Nullable String queue;
        private @Nullable String taskId;
        private @Nullable Integer maxRetry;
        private @Nullable Duration timeout;
        private @Nullable Instant deadline;
        private @Nullable Duration uniqueFor;
        private @Nullable String uniqueKey;
        private @Nullable Instant processAt;
        private @Nullable Duration processIn;
        private @Nullable Duration retention;
        private @Nullable String group;
        private Map<String, String> headers = Map.of();

        private Draft() {}

        private Draft(Options from) {
            overlay(from);
        }

        private void overlay(Options later) {
            queue = later.queue != null ? later.queue : queue;
            taskId = later.taskId != null ? later.taskId : taskId;
            maxRetry = later.maxRetry != null ? later.maxRetry : maxRetry;
            timeout = later.timeout != null ? later.timeout : timeout;
            deadline = later.deadline != null ? later.deadline : deadline;
            uniqueFor = later.uniqueFor != null ? later.uniqueFor : uniqueFor;
            uniqueKey = later.uniqueKey != null ? later.uniqueKey : uniqueKey;
            if (later.processAt != null || later.processIn != null) {
                processAt = later.processAt;
                processIn = later.processIn;
            }
            retention = later.retention != null ? later.retention : retention;
            group = later.group != null ? later.group : group;
            headers = Headers.merge(headers, later.headers);
        }
    }
}
