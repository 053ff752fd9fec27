package io.asynq4j.testing;

import io.asynq4j.spi.Shelf;
import io.asynq4j.task.TaskState;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The tasks of one queue, each in exactly one place, which is that of its state. Not safe for use by many threads. */
final class Shelves {
    private final Map<String, Entry> byId = new HashMap<>();
    private final ArrayDeque<Entry> pending = new ArrayDeque<>(); // the next one to run is the first
    private final Map<String, Entry> active = new LinkedHashMap<>(); // by id, in the order they were fetched
    private final TreeSet<Entry> scheduled = new TreeSet<>(Entry.BY_TIME);
    private final TreeSet<Entry> retry = new TreeSet<>(Entry.BY_TIME);
    private final TreeSet<Entry> archived = new TreeSet<>(Entry.BY_TIME);
    private final TreeSet<Entry> completed = new TreeSet<>(Entry.BY_TIME);
    private final TreeMap<String, TreeSet<Entry>> groups = new TreeMap<>();

    @Nullable
    Entry find(String id) {
        return byId.get(id);
    }

    void add(Entry entry) {
        byId.put(entry.id(), entry);
        switch (entry.state()) {
            case PENDING -> pending.addLast(entry);
            case ACTIVE -> active.put(entry.id(), entry);
            case AGGREGATING ->
                groups.computeIfAbsent(entry.message().group(), group -> new TreeSet<>(Entry.BY_TIME))
                        .add(entry);
            case SCHEDULED, RETRY, ARCHIVED, COMPLETED -> byTime(entry.state()).add(entry);
        }
    }

    /** Like {@link #add} for a pending task that is to run next. */
    void addFirst(Entry entry) {
        byId.put(entry.id(), entry);
        pending.addFirst(entry);
    }

    void remove(Entry entry) {
        byId.remove(entry.id());
        switch (entry.state()) {
            case PENDING -> pending.remove(entry);
            case ACTIVE -> active.remove(entry.id());
            case AGGREGATING ->
                groups.computeIfPresent(entry.message().group(), (group, members) -> {
                    members.remove(entry);
                    return members.isEmpty() ? null : members;
                });
            case SCHEDULED, RETRY, ARCHIVED, COMPLETED -> byTime(entry.state()).remove(entry);
        }
    }

    @Nullable
    Entry nextPending() {
        return pending.peekFirst();
    }

    @Nullable
    Entry nextCompleted() {
        return completed.isEmpty() ? null : completed.first();
    }

    /** The one of scheduled and retry that is due first; the scheduled one where both are due at the same time. */
    @Nullable
    Entry nextDue() {
        return Stream.of(scheduled, retry)
                .filter(shelf -> !shelf.isEmpty())
                .map(TreeSet::first)
                .min(Comparator.comparing(Entry::time))
                .orElse(null);
    }

    /** The archived task that was so first, if there are more than {@code most}, or it was at {@code age} or before. */
    @Nullable
    Entry nextToDrop(int most, Instant age) {
        if (archived.isEmpty()) {
            return null;
        }
        return archived.size() > most || !archived.first().time().isAfter(age) ? archived.first() : null;
    }

    /** Active ones by the end of their leases. */
    List<Entry> leases() {
        return active.values().stream().sorted(Entry.BY_TIME).toList();
    }

    /** Gives an active task another end of its lease; it keeps its place. */
    void extend(Entry entry, Instant until) {
        replace(entry, entry.leased(entry.attempt(), until));
    }

    /** Puts another value in the place of an active task. */
    void replace(Entry active, Entry by) {
        byId.put(active.id(), by);
        this.active.put(active.id(), by);
    }

    Collection<Entry> all(TaskState state) {
        return switch (state) {
            case PENDING -> List.copyOf(pending);
            case ACTIVE -> List.copyOf(active.values());
            case AGGREGATING -> groups.values().stream().flatMap(Set::stream).toList();
            case SCHEDULED, RETRY, ARCHIVED, COMPLETED -> List.copyOf(byTime(state));
        };
    }

    int count(TaskState state) {
        return switch (state) {
            case PENDING -> pending.size();
            case ACTIVE -> active.size();
            case AGGREGATING -> groups.values().stream().mapToInt(Set::size).sum();
            case SCHEDULED, RETRY, ARCHIVED, COMPLETED -> byTime(state).size();
        };
    }

    /** How many tasks are neither completed nor archived. */
    int unfinished() {
        return byId.size() - archived.size() - completed.size();
    }

    /** The members of a group, those that joined first in front; not to be changed. */
    NavigableSet<Entry> group(String name) {
        return Collections.unmodifiableNavigableSet(groups.getOrDefault(name, new TreeSet<>(Entry.BY_TIME)));
    }

    /** Those of a state, or of one group of those that wait in groups. */
    List<Entry> on(Shelf shelf) {
        return shelf.state() == TaskState.AGGREGATING
                ? List.copyOf(group(shelf.group()))
                : List.copyOf(all(shelf.state()));
    }

    /** Whether a task is where it says to be, and not being aggregated. */
    boolean holds(Entry entry) {
        return entry.state() != TaskState.AGGREGATING
                || group(entry.message().group()).contains(entry);
    }

    /** Puts a task in the place of a pending one. */
    void replacePending(Entry pending, Entry by) {
        byId.put(by.id(), by);
        var all = List.copyOf(this.pending);
        this.pending.clear();
        all.forEach(entry -> this.pending.addLast(entry.equals(pending) ? by : entry));
    }

    /** All tasks of the queue, those that are being aggregated too. */
    List<Entry> everything() {
        return List.copyOf(byId.values());
    }

    /** The names of groups behind {@code name}, or all of them, in order. */
    List<String> groupsAfter(@Nullable String name) {
        return List.copyOf(
                name == null ? groups.keySet() : groups.tailMap(name, false).keySet());
    }

    /** Takes a member out of its group; it stays a task of this queue. */
    void withdraw(Entry member) {
        remove(member);
        byId.put(member.id(), member);
    }

    /** Drops a task that is in no place, having been withdrawn. */
    void drop(Entry withdrawn) {
        byId.remove(withdrawn.id());
    }

    Set<String> groups() {
        return Set.copyOf(groups.keySet());
    }

    private NavigableSet<Entry> byTime(TaskState state) {
        return switch (state) {
            case SCHEDULED -> scheduled;
            case RETRY -> retry;
            case ARCHIVED -> archived;
            case COMPLETED -> completed;
            case PENDING, ACTIVE, AGGREGATING -> throw new IllegalArgumentException(state + " is not kept by time");
        };
    }
}
