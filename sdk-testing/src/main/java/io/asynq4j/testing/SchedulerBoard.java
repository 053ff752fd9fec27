package io.asynq4j.testing;

import io.asynq4j.spi.SchedulerEntry;
import io.asynq4j.spi.SchedulerEvent;
import io.asynq4j.spi.SchedulerInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What schedulers have announced and written down, and what they are to take up. Not safe for use by many threads. */
final class SchedulerBoard {
    private static final int MOST_EVENTS = 1_000;

    private final Map<SchedulerInfo, Notice> notices = new LinkedHashMap<>();
    private final Map<String, Deque<SchedulerEvent>> events = new HashMap<>();
    private final Map<String, SchedulerEntry> stored = new LinkedHashMap<>();

    private final Map<String, Leader> leaders = new HashMap<>();

    private record Leader(SchedulerInfo scheduler, Instant until) {}

    private record Notice(List<SchedulerEntry> entries, Instant until) {}

    void put(SchedulerInfo scheduler, List<SchedulerEntry> entries, Instant until) {
        notices.put(scheduler, new Notice(List.copyOf(entries), until));
    }

    void remove(SchedulerInfo scheduler) {
        notices.remove(scheduler);
    }

    boolean lead(String scope, SchedulerInfo scheduler, Duration lease, Instant now) {
        var leader = leaders.get(scope);
        if (leader != null
                && now.isBefore(leader.until())
                && !leader.scheduler().equals(scheduler)) {
            return false;
        }
        leaders.put(scope, new Leader(scheduler, now.plus(lease)));
        return !lease.isZero();
    }

    List<SchedulerEntry> entries(Instant now) {
        return notices.values().stream()
                .filter(notice -> now.isBefore(notice.until()))
                .flatMap(notice -> notice.entries().stream())
                .toList();
    }

    void record(String entryId, SchedulerEvent event) {
        var history = events.computeIfAbsent(entryId, made -> new ArrayDeque<>());
        if (history.size() == MOST_EVENTS) {
            history.removeFirst();
        }
        history.addLast(event);
    }

    List<SchedulerEvent> events(String entryId) {
        return List.copyOf(events.getOrDefault(entryId, new ArrayDeque<>()));
    }

    List<SchedulerEntry> stored() {
        return List.copyOf(stored.values());
    }

    void store(SchedulerEntry entry) {
        stored.put(entry.id(), entry);
    }

    boolean unstore(String id) {
        return stored.remove(id) != null;
    }
}
