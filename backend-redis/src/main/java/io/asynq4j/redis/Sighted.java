package io.asynq4j.redis;

import io.asynq4j.redis.port.Reply;
import io.asynq4j.redis.wire.Wire;
import io.asynq4j.redis.wire.WireException;
import io.asynq4j.spi.TaskMessage;
import io.asynq4j.task.Payload;
import io.asynq4j.task.TaskInfo;
import io.asynq4j.task.TaskState;
import java.time.Instant;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A task as scripts tell of it: its message, and what is written beside it. */
record Sighted(TaskState state, Reply message, Reply result, Reply pendingSince, Reply score, Reply lease) {
    /**
     * The record.
     *
     * @throws WireException when it cannot be read
     */
    TaskMessage decoded() {
        if (message.bytes().length == 0) {
            throw new WireException("no message");
        }
        return Wire.decode(message.bytes());
    }

    /** What {@code reader} reads, or nothing where that cannot be read. */
    static <T> Stream<T> readable(Supplier<T> reader) {
        try {
            return Stream.of(reader.get());
        } catch (WireException unreadable) {
            return Stream.empty();
        }
    }

    /**
     * What people are told.
     *
     * @throws WireException when the record cannot be read
     */
    TaskInfo info(Instant now) {
        var at = score.text().isEmpty() ? null : Scores.instant(score);
        var next = switch (state) {
            case PENDING -> now;
            case SCHEDULED, RETRY -> at;
            case ACTIVE, ARCHIVED, COMPLETED, AGGREGATING -> null;
        };
        var info = decoded().info(state, next);
        var bytes = result.bytes();
        return info.with(new TaskInfo.Sighting(
                since(info, at), bytes.length == 0 ? Payload.none() : Payload.of(bytes), isOrphaned(now)));
    }

    private @Nullable Instant since(TaskInfo info, @Nullable Instant at) {
        return switch (state) {
            case PENDING -> Nanos.instant(pendingSince);
            case ARCHIVED, AGGREGATING -> at;
            case RETRY -> info.progress().lastFailedAt();
            case COMPLETED -> info.progress().completedAt();
            case ACTIVE, SCHEDULED -> null;
        };
    }

    private boolean isOrphaned(Instant now) {
        if (state != TaskState.ACTIVE) {
            return false;
        }
        var expiry = lease.text().isEmpty() ? null : Scores.instant(lease);
        return expiry == null || !expiry.isAfter(now);
    }
}
