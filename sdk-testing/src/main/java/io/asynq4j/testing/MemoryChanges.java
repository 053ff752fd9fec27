package io.asynq4j.testing;

import io.asynq4j.spi.ArchiveLimits;
import io.asynq4j.spi.Change;
import io.asynq4j.spi.Change.Outcome;
import io.asynq4j.spi.Inspection.Removal;
import io.asynq4j.spi.Shelf;
import io.asynq4j.task.Payload;
import io.asynq4j.task.QueueNotEmptyException;
import io.asynq4j.task.TaskState;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What people do to the tasks of one queue. Not safe for use by many threads. */
final class MemoryChanges {
    private static final int MOST_TRIMMED = 1_000;

    private final String name;
    private final MemoryQueue queue;

    MemoryChanges(String name, MemoryQueue queue) {
        this.name = name;
        this.queue = queue;
    }

    Outcome change(String id, Change change, Instant now) {
        var entry = queue.shelves().find(id);
        if (entry == null) {
            return Outcome.NOT_FOUND;
        }
        if (entry.state() == TaskState.ACTIVE) {
            return Outcome.ACTIVE;
        }
        if (entry.state() == target(change)) {
            return Outcome.THERE_ALREADY;
        }
        if (!queue.shelves().holds(entry)) {
            return Outcome.WRONG_STATE;
        }
        make(entry, change, now);
        return Outcome.DONE;
    }

    int changeAll(Shelf shelf, Change change, int limit, Instant now) {
        var first = queue.shelves().on(shelf).stream().limit(limit).toList();
        first.forEach(entry -> make(entry, change, now));
        return first.size();
    }

    Outcome replacePayload(String id, Payload payload, boolean run, Instant now) {
        var entry = queue.shelves().find(id);
        if (entry == null) {
            return Outcome.NOT_FOUND;
        }
        if (run && entry.state() == TaskState.ACTIVE) {
            return Outcome.ACTIVE;
        }
        if (run ? !queue.shelves().holds(entry) : entry.state() != TaskState.SCHEDULED) {
            return Outcome.WRONG_STATE;
        }
        var changed = entry.withPayload(payload);
        if (entry.state() == TaskState.PENDING) {
            queue.shelves().replacePending(entry, changed);
        } else {
            queue.move(entry, run ? changed.in(TaskState.PENDING, now) : changed);
        }
        return Outcome.DONE;
    }

    Removal remove(boolean force, int limit) {
        boolean busy = queue.shelves().count(TaskState.ACTIVE) > 0;
        var tasks = queue.shelves().everything();
        if (busy || (!force && !tasks.isEmpty())) {
            throw new QueueNotEmptyException(name, busy);
        }
        queue.pause(true);
        queue.groups().clear();
        int deleted = Math.min(limit, tasks.size());
        for (var entry : tasks.subList(0, deleted)) {
            if (queue.shelves().holds(entry)) {
                queue.delete(entry);
            } else {
                queue.forget(entry);
            }
        }
        return new Removal(deleted, deleted == tasks.size());
    }

    private void make(Entry entry, Change change, Instant now) {
        switch (change) {
            case RUN -> queue.move(entry, entry.in(TaskState.PENDING, now));
            case ARCHIVE -> {
                queue.move(entry, entry.in(TaskState.ARCHIVED, now.truncatedTo(ChronoUnit.SECONDS)));
                queue.trimArchive(ArchiveLimits.DEFAULT, now, MOST_TRIMMED);
            }
            case DELETE -> queue.delete(entry);
        }
    }

    private static TaskState target(Change change) {
        return switch (change) {
            case RUN -> TaskState.PENDING;
            case ARCHIVE -> TaskState.ARCHIVED;
            case DELETE -> TaskState.ACTIVE; // which nobody deletes
        };
    }
}
