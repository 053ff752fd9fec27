package io.asynq4j.testing;

import io.asynq4j.spi.AggregationSet;
import io.asynq4j.spi.GroupTrigger;
import io.asynq4j.spi.Grouping.Due;
import io.asynq4j.spi.Grouping.Finished;
import io.asynq4j.spi.Grouping.Reclaimed;
import io.asynq4j.spi.Grouping.Staged;
import io.asynq4j.spi.Placement;
import io.asynq4j.spi.TaskMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The groups of one queue, and what is being aggregated of them. Not safe for use by many threads. */
final class MemoryGroups {
    private final MemoryQueue queue;
    private final Map<String, Aggregation> staged = new LinkedHashMap<>(); // by id of the set

    /** A set; from the moment its members begin to go back, its deadline is the {@link Instant#EPOCH}. */
    private record Aggregation(AggregationSet set, Instant deadline, List<Entry> members) {
        private static final Comparator<Aggregation> BY_DEADLINE = Comparator.comparing(Aggregation::deadline)
                .thenComparing(of -> of.set().group() + ":" + of.set().id());

        Aggregation without(int first) {
            return new Aggregation(set, Instant.EPOCH, members.subList(first, members.size()));
        }
    }

    MemoryGroups(MemoryQueue queue) {
        this.queue = queue;
    }

    /** Whether there are members that are being aggregated. */
    boolean anyStaged() {
        return !staged.isEmpty();
    }

    /** Forgets what was being aggregated. */
    void clear() {
        staged.clear();
    }

    Due due(GroupTrigger trigger, Instant now, String cursor, int limit) {
        var due = new ArrayList<String>();
        Instant nextDue = null;
        int looked = 0;
        var last = "";
        for (var group : queue.shelves().groupsAfter(cursor.equals(Due.START) ? null : cursor.substring(1))) {
            if (looked++ == limit) {
                return new Due(due, nextDue, "=" + last);
            }
            last = group;
            var at = dueAt(queue.shelves().group(group), trigger, now);
            if (at != null && !at.isAfter(now)) {
                due.add(group);
            } else if (at != null && (nextDue == null || at.isBefore(nextDue))) {
                nextDue = at;
            }
        }
        return new Due(due, nextDue, Due.START);
    }

    Staged stage(AggregationSet set, GroupTrigger trigger, Instant now) {
        var group = queue.shelves().group(set.group());
        var at = dueAt(group, trigger, now);
        if (at == null || at.isAfter(now)) {
            return new Staged(0, at);
        }
        var members = group.stream()
                .limit(trigger.maxSize() == 0 ? Long.MAX_VALUE : trigger.maxSize())
                .toList();
        members.forEach(queue.shelves()::withdraw);
        staged.put(set.id(), new Aggregation(set, set.deadline(), members));
        return new Staged(members.size(), dueAt(queue.shelves().group(set.group()), trigger, now));
    }

    Optional<List<TaskMessage>> members(AggregationSet set, Instant now) {
        return Optional.ofNullable(current(set, now))
                .map(found -> found.members().stream().map(Entry::message).toList());
    }

    /** @param lockTime by which locks lapse */
    Finished finish(AggregationSet set, int members, Placement task, Instant now, Instant lockTime) {
        queue.makeKnown();
        var found = current(set, now);
        if (found == null || found.members().size() != members) {
            return Finished.NOT_STAGED;
        }
        var ids = found.members().stream().map(Entry::id).collect(Collectors.toSet());
        var holder = queue.lockHolder(task, lockTime);
        if (holder != null && !ids.contains(holder)) {
            return Finished.LOCK_HELD;
        }
        if (queue.shelves().find(task.message().id()) != null) {
            return Finished.ID_TAKEN;
        }
        staged.remove(set.id());
        found.members().forEach(queue::forget);
        queue.submit(task, lockTime).orThrow();
        return Finished.WRITTEN;
    }

    boolean giveBack(AggregationSet set) {
        var found = staged.remove(set.id());
        if (found == null) {
            return false;
        }
        found.members().forEach(queue.shelves()::add);
        return true;
    }

    Reclaimed reclaim(Instant now, int limit) {
        int left = limit;
        var passed = staged.values().stream()
                .filter(found -> !found.deadline().isAfter(now))
                .sorted(Aggregation.BY_DEADLINE)
                .toList();
        for (var found : passed) {
            left -= reclaim(found, left);
        }
        var next = staged.values().stream()
                .map(Aggregation::deadline)
                .filter(now::isBefore)
                .min(Comparator.naturalOrder());
        return new Reclaimed(limit - left, next.orElse(null));
    }

    /** Moves up to {@code limit} members back, and tells how many that were. */
    private int reclaim(Aggregation found, int limit) {
        int moved = Math.min(limit, found.members().size());
        if (moved == found.members().size()) {
            giveBack(found.set());
        } else if (moved > 0) {
            found.members().subList(0, moved).forEach(queue.shelves()::add);
            staged.put(found.set().id(), found.without(moved));
        }
        return moved;
    }

    private @Nullable Aggregation current(AggregationSet set, Instant now) {
        var found = staged.get(set.id());
        return found == null || !found.deadline().isAfter(now) ? null : found;
    }

    /** When a group is due if nobody joins; null where there is no member. */
    private static @Nullable Instant dueAt(NavigableSet<Entry> group, GroupTrigger trigger, Instant now) {
        if (group.isEmpty()) {
            return null;
        }
        if (trigger.maxSize() > 0 && group.size() >= trigger.maxSize()) {
            return Instant.ofEpochSecond(now.getEpochSecond());
        }
        var byGrace = group.last().time().plusSeconds(trigger.graceSeconds());
        if (trigger.maxDelaySeconds() == 0) {
            return byGrace;
        }
        var byDelay = group.first().time().plusSeconds(trigger.maxDelaySeconds());
        return byDelay.isBefore(byGrace) ? byDelay : byGrace;
    }
}
