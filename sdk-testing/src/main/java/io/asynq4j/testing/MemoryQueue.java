package io.asynq4j.testing;

import io.asynq4j.spi.ArchiveLimits;
import io.asynq4j.spi.Ending;
import io.asynq4j.spi.Lease;
import io.asynq4j.spi.Placement;
import io.asynq4j.spi.Upkeep.Expired;
import io.asynq4j.spi.Upkeep.Forwarded;
import io.asynq4j.spi.Upkeep.Lapsed;
import io.asynq4j.task.DuplicateTaskException;
import io.asynq4j.task.EnqueueOutcome;
import io.asynq4j.task.Payload;
import io.asynq4j.task.TaskIdConflictException;
import io.asynq4j.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One queue: how its tasks move. Not safe for use by many threads. */
final class MemoryQueue {
    private static final int MOST_TRIMMED = 1_000;

    private final Shelves shelves = new Shelves();
    private final UniqueLocks locks = new UniqueLocks();
    private final Counters counters = new Counters();
    private final MemoryGroups groups = new MemoryGroups(this);
    private final Map<String, String> cancelled = new HashMap<>(); // the attempts under way that are, by id
    private boolean known;
    private boolean paused;

    Shelves shelves() {
        return shelves;
    }

    MemoryGroups groups() {
        return groups;
    }

    Counters counters() {
        return counters;
    }

    /** Whether a task was ever submitted, or a server works on this queue; other calls leave no trace. */
    boolean isKnown() {
        return known;
    }

    void makeKnown() {
        known = true;
    }

    void pause(boolean paused) {
        this.paused = paused;
    }

    boolean isPaused() {
        return paused;
    }

    /** Whether a fetch would get something. */
    boolean gives() {
        return !paused && shelves.count(TaskState.PENDING) > 0;
    }

    /** Whether a task runs, or will without anybody's doing; those of a paused queue wait for somebody. */
    boolean hasWork(boolean grouped) {
        return shelves.nextDue() != null || isBusy(grouped);
    }

    /** Whether there is more here than tasks that wait for their time, or for somebody. */
    boolean isBusy(boolean grouped) {
        return shelves.count(TaskState.ACTIVE) > 0
                || (grouped && (shelves.count(TaskState.AGGREGATING) > 0 || groups.anyStaged()))
                || gives();
    }

    /** @param now by which locks lapse */
    EnqueueOutcome submit(Placement placement, Instant now) {
        known = true;
        var message = placement.message();
        var lockFor = placement.lockFor();
        var key = lockFor == null ? null : UniqueLocks.Key.of(placement);
        if (key != null && locks.isHeld(key, now)) {
            return new EnqueueOutcome.Refused(
                    new DuplicateTaskException(message.queue(), message.id(), message.type()));
        }
        if (shelves.find(message.id()) != null) {
            return new EnqueueOutcome.Refused(new TaskIdConflictException(message.queue(), message.id()));
        }
        if (key != null && lockFor != null) {
            locks.take(key, message.id(), now, lockFor);
            message = message.withUniqueKey(key.name());
        }
        var at = placement.state() == TaskState.AGGREGATING
                ? placement.at().truncatedTo(ChronoUnit.SECONDS)
                : placement.at();
        shelves.add(new Entry(message, placement.state(), at, key, "", 0, null));
        return new EnqueueOutcome.Accepted(placement.info());
    }

    /** The id of the task that holds the lock which {@code placement} wants; null when it wants none, or it is free. */
    @Nullable
    String lockHolder(Placement placement, Instant now) {
        return placement.lockFor() == null ? null : locks.holder(UniqueLocks.Key.of(placement), now);
    }

    /** Whether there is a task of this id that is neither completed nor archived. */
    boolean isUnfinished(@Nullable String id) {
        var entry = id == null ? null : shelves.find(id);
        return entry != null && entry.state() != TaskState.COMPLETED && entry.state() != TaskState.ARCHIVED;
    }

    /** Deletes a task that waits to be run; false for one that runs. */
    boolean withdraw(String id) {
        var entry = shelves.find(id);
        if (entry == null) {
            return true;
        }
        switch (entry.state()) {
            case PENDING, SCHEDULED, RETRY -> {
                delete(entry);
                return true;
            }
            case ACTIVE -> {
                return false;
            }
            default -> {
                return true;
            }
        }
    }

    /** Deletes a task, wherever it is, and releases its lock. */
    void delete(Entry entry) {
        shelves.remove(entry);
        unlock(entry);
    }

    /** Deletes a task that was withdrawn, and releases its lock. */
    void forget(Entry withdrawn) {
        shelves.drop(withdrawn);
        unlock(withdrawn);
    }

    /** Up to {@code wanted} of those that wait longest. */
    List<Lease> fetch(int wanted, Instant leaseUntil, String attempt) {
        var leases = new ArrayList<Lease>();
        for (var next = shelves.nextPending(); !paused && next != null && leases.size() < wanted; ) {
            var leased = next.leased(attempt, leaseUntil);
            move(next, leased);
            leases.add(new Lease(leased.message(), attempt, leaseUntil, next.time()));
            next = shelves.nextPending();
        }
        return leases;
    }

    /** The active tasks whose attempt has this name, held until {@code leaseUntil} from now on. */
    List<Lease> fetched(String attempt, Instant leaseUntil) {
        return List.copyOf(shelves.all(TaskState.ACTIVE)).stream()
                .filter(entry -> entry.attempt().equals(attempt))
                .map(entry -> new Lease(entry.message(), attempt, leaseUntil))
                .filter(lease -> extend(lease, leaseUntil))
                .toList();
    }

    /** The task's entry, if this very attempt at it goes on. */
    @Nullable
    Entry held(Lease lease) {
        var entry = shelves.find(lease.id());
        return entry != null
                        && entry.state() == TaskState.ACTIVE
                        && entry.attempt().equals(lease.attempt())
                ? entry
                : null;
    }

    /** The task's entry, if its lease has expired at {@code cutoff}. */
    @Nullable
    Entry lapsed(Lease lease, Instant cutoff) {
        var entry = held(lease);
        return entry != null && !entry.time().isAfter(cutoff) ? entry : null;
    }

    /** @param crashes how many in a row it makes, should the task be tried again */
    void end(Entry active, Ending ending, int crashes, Instant now) {
        shelves.remove(active);
        cancelled.remove(active.id());
        var entry = active.withHeaders(ending.lease().message().headers())
                .crashed(ending instanceof Ending.Retried ? crashes : 0);
        if (ending instanceof Ending.Done) {
            unlock(entry);
            counters.succeeded(now);
        } else if (ending instanceof Ending.Completed) {
            unlock(entry);
            counters.succeeded(now);
            var progress = entry.message().progress().completed(now);
            var retention = Duration.ofSeconds(entry.message().limits().retentionSeconds());
            shelves.add(entry.with(progress)
                    .in(TaskState.COMPLETED, Entry.wholeSeconds(now).plus(retention)));
        } else if (ending instanceof Ending.Retried retried) {
            if (retried.counted()) {
                counters.failed(now);
            }
            var progress = entry.message().progress().failed(retried.error(), now, retried.counted());
            shelves.add(entry.with(progress).in(TaskState.RETRY, Entry.wholeSeconds(retried.due())));
        } else if (ending instanceof Ending.Archived archived) {
            counters.failed(now);
            var progress = entry.message().progress().failed(archived.error(), now, false);
            shelves.add(entry.with(progress).in(TaskState.ARCHIVED, now.truncatedTo(ChronoUnit.SECONDS)));
            trimArchive(archived.limits(), now, MOST_TRIMMED);
        } else if (ending instanceof Ending.Snoozed snoozed) {
            shelves.add(entry.in(TaskState.SCHEDULED, Entry.wholeSeconds(snoozed.due())));
        } else if (ending instanceof Ending.Released) {
            shelves.addFirst(entry.in(TaskState.PENDING, now));
        } else {
            throw new AssertionError(ending);
        }
    }

    boolean extend(Lease lease, Instant until) {
        var entry = held(lease);
        if (entry == null) {
            return false;
        }
        shelves.extend(entry, until);
        return true;
    }

    /** Keeps what the handler of this attempt wrote; whether it is under way. */
    boolean writeResult(Lease lease, Payload result) {
        var entry = held(lease);
        if (entry == null) {
            return false;
        }
        shelves.replace(entry, entry.with(Payload.of(result.bytes())));
        return true;
    }

    /** Marks the attempt that is under way; whether there is one. */
    boolean cancel(String id) {
        var entry = shelves.find(id);
        if (entry == null || entry.state() != TaskState.ACTIVE) {
            return false;
        }
        cancelled.put(id, entry.attempt());
        return true;
    }

    boolean isCancelled(Lease lease) {
        return lease.attempt().equals(cancelled.get(lease.id()));
    }

    Forwarded forward(Instant now, int limit) {
        int moved = 0;
        var next = shelves.nextDue();
        for (; next != null && !next.time().isAfter(now) && moved < limit; moved++) {
            var grouped = !next.message().group().isEmpty();
            move(
                    next,
                    grouped
                            ? next.in(TaskState.AGGREGATING, now.truncatedTo(ChronoUnit.SECONDS))
                            : next.in(TaskState.PENDING, now));
            next = shelves.nextDue();
        }
        return new Forwarded(moved, next == null ? null : next.time());
    }

    Expired expired(Instant cutoff, int limit) {
        var lapsed = new ArrayList<Lapsed>();
        for (var entry : shelves.leases()) {
            if (entry.time().isAfter(cutoff) || lapsed.size() == limit) {
                return new Expired(lapsed, entry.time());
            }
            lapsed.add(new Lapsed(entry.lease(), entry.crashes()));
        }
        return new Expired(lapsed, null);
    }

    int deleteExpired(Instant now, int limit) {
        int deleted = 0;
        var next = shelves.nextCompleted();
        for (; next != null && !next.time().isAfter(now) && deleted < limit; deleted++) {
            shelves.remove(next);
            next = shelves.nextCompleted();
        }
        return deleted;
    }

    int trimArchive(ArchiveLimits limits, Instant now, int limit) {
        var age = now.truncatedTo(ChronoUnit.SECONDS).minus(limits.age());
        int deleted = 0;
        var old = shelves.nextToDrop(limits.size(), age);
        for (; old != null && deleted < limit; deleted++) {
            delete(old);
            old = shelves.nextToDrop(limits.size(), age);
        }
        return deleted;
    }

    void move(Entry from, Entry to) {
        shelves.remove(from);
        shelves.add(to);
    }

    private void unlock(Entry entry) {
        if (entry.lock() != null) {
            locks.release(entry.lock(), entry.id());
        }
    }
}
