package io.asynq4j.testing;

import io.asynq4j.spi.Change;
import io.asynq4j.spi.GroupInfo;
import io.asynq4j.spi.Inspection;
import io.asynq4j.spi.QueueDay;
import io.asynq4j.spi.QueueInfo;
import io.asynq4j.spi.SchedulerEntry;
import io.asynq4j.spi.SchedulerEvent;
import io.asynq4j.spi.ServerStatus;
import io.asynq4j.spi.Shelf;
import io.asynq4j.spi.TaskMessage;
import io.asynq4j.task.Payload;
import io.asynq4j.task.QueueNotFoundException;
import io.asynq4j.task.TaskException;
import io.asynq4j.task.TaskInfo;
import io.asynq4j.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Looking into memory, and moving by hand what is there. */
final class MemoryInspection implements Inspection {
    private static final int BYTES_PER_TASK = 200; // what Redis takes beside type and payload, or a little less

    private final Guard guard;
    private final Map<String, MemoryQueue> queues;
    private final ServerBoard servers;
    private final MemorySchedules schedules;
    private final InstantSource time;
    private final Runnable changed;

    /** How the broker lets one thread at a time do something with what it holds, unless it is closed. */
    interface Guard {
        /**
         * What the action answers.
         *
         * @throws TaskException when the broker is closed, or the action throws it
         */
        <T> T get(Supplier<T> action);
    }

    /**
     * Of a broker that has these.
     *
     * @param time by which servers and schedulers are forgotten
     * @param changed to be called after tasks have become pending
     */
    MemoryInspection(
            Guard guard,
            Map<String, MemoryQueue> queues,
            ServerBoard servers,
            MemorySchedules schedules,
            InstantSource time,
            Runnable changed) {
        this.guard = guard;
        this.queues = queues;
        this.servers = servers;
        this.schedules = schedules;
        this.time = time;
        this.changed = changed;
    }

    @Override
    public CompletionStage<List<String>> queues() {
        return stage(() -> queues.entrySet().stream()
                .filter(queue -> queue.getValue().isKnown())
                .map(Map.Entry::getKey)
                .sorted()
                .toList());
    }

    @Override
    public CompletionStage<QueueInfo> queue(String queue, Instant now) {
        return inQueue(queue, known -> info(queue, known, now));
    }

    @Override
    public CompletionStage<Long> memoryUsage(String queue) {
        return inQueue(
                queue,
                known -> known.shelves().everything().stream()
                        .mapToLong(entry -> BYTES_PER_TASK
                                + entry.message().type().length()
                                + entry.message().payload().size())
                        .sum());
    }

    @Override
    public CompletionStage<List<QueueDay>> history(String queue, LocalDate today, int days) {
        return inQueue(
                queue,
                known -> IntStream.range(0, days)
                        .mapToObj(today::minusDays)
                        .map(day -> new QueueDay(queue, day, attempts(known.counters(), day)))
                        .toList());
    }

    @Override
    public CompletionStage<Boolean> pause(String queue, boolean paused, Instant now) {
        return told(stage(() -> {
            var found = queues.computeIfAbsent(queue, made -> new MemoryQueue());
            boolean was = found.isPaused();
            found.pause(paused);
            return was != paused;
        }));
    }

    @Override
    public CompletionStage<List<GroupInfo>> groups(String queue) {
        return stage(() -> {
            var found = queues.get(queue);
            return found == null ? List.<GroupInfo>of() : groups(found.shelves());
        });
    }

    @Override
    public CompletionStage<List<TaskInfo>> list(Shelf shelf, long offset, int limit, Instant now) {
        Inspection.checked(limit);
        return inQueue(
                shelf.queue(),
                known -> known.shelves().on(shelf).stream()
                        .skip(offset)
                        .limit(limit)
                        .map(entry -> MemoryLists.info(entry, now))
                        .toList());
    }

    @Override
    public CompletionStage<Listing> listFrom(Shelf shelf, @Nullable String cursor, int limit, Instant now) {
        Inspection.checked(limit);
        return inQueue(
                shelf.queue(), known -> MemoryLists.from(known.shelves().on(shelf), shelf.state(), cursor, limit, now));
    }

    @Override
    public CompletionStage<Optional<TaskInfo>> task(String queue, String id, Instant now) {
        return inQueue(
                queue,
                known -> Optional.ofNullable(known.shelves().find(id)).map(entry -> MemoryLists.info(entry, now)));
    }

    @Override
    public CompletionStage<Optional<TaskMessage>> message(String queue, String id) {
        return inQueue(
                queue, known -> Optional.ofNullable(known.shelves().find(id)).map(Entry::message));
    }

    @Override
    public CompletionStage<List<Change.Outcome>> change(String queue, List<String> ids, Change change, Instant now) {
        Inspection.checked(ids.size());
        return changing(
                queue,
                changes ->
                        ids.stream().map(id -> changes.change(id, change, now)).toList());
    }

    @Override
    public CompletionStage<Integer> changeAll(Shelf shelf, Change change, int limit, Instant now) {
        Inspection.checked(limit);
        change.checkFor(shelf);
        return changing(shelf.queue(), changes -> changes.changeAll(shelf, change, limit, now));
    }

    @Override
    public CompletionStage<Change.Outcome> replacePayload(
            String queue, String id, Payload payload, boolean run, Instant now) {
        return changing(queue, changes -> changes.replacePayload(id, payload, run, now));
    }

    @Override
    public CompletionStage<Removal> remove(String queue, boolean force, int limit, Instant now) {
        Inspection.checked(limit);
        return changing(queue, changes -> {
            var removal = changes.remove(force, limit);
            if (removal.done()) {
                queues.remove(queue);
                schedules.forget(queue);
            }
            return removal;
        });
    }

    @Override
    public CompletionStage<List<ServerStatus>> servers(Instant now) {
        return stage(() -> servers.statuses(time.instant()));
    }

    @Override
    public CompletionStage<List<SchedulerEntry>> schedulerEntries(Instant now) {
        return stage(() -> schedules.board().entries(time.instant()));
    }

    @Override
    public CompletionStage<List<SchedulerEvent>> schedulerEvents(String entryId, long offset, int limit) {
        Inspection.checked(limit);
        return stage(() -> {
            var events = new ArrayList<>(schedules.board().events(entryId));
            Collections.reverse(events);
            return events.stream().skip(offset).limit(limit).toList();
        });
    }

    private static QueueInfo info(String name, MemoryQueue queue, Instant now) {
        var shelves = queue.shelves();
        var counts = new EnumMap<TaskState, Long>(TaskState.class);
        for (var state : TaskState.values()) {
            counts.put(state, (long) shelves.count(state));
        }
        var next = shelves.nextPending();
        var waited = next == null ? Duration.ZERO : Duration.between(next.time(), now);
        var today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        return new QueueInfo(
                name,
                counts,
                shelves.groups().size(),
                waited.isNegative() ? Duration.ZERO : waited,
                queue.isPaused(),
                attempts(queue.counters(), today),
                new QueueInfo.Attempts(
                        queue.counters().processed(), queue.counters().failed()),
                now);
    }

    private static QueueInfo.Attempts attempts(Counters counters, LocalDate day) {
        return new QueueInfo.Attempts(counters.processed(day), counters.failed(day));
    }

    private static List<GroupInfo> groups(Shelves shelves) {
        return shelves.groupsAfter(null).stream()
                .map(group -> new GroupInfo(group, shelves.group(group).size()))
                .toList();
    }

    private <T> CompletionStage<T> changing(String queue, Function<MemoryChanges, T> change) {
        return told(inQueue(queue, known -> change.apply(new MemoryChanges(queue, known))));
    }

    /** Tells of the change that was made, if it was. */
    private <T> CompletionStage<T> told(CompletionStage<T> made) {
        return made.thenApply(answer -> {
            changed.run();
            return answer;
        });
    }

    private <T> CompletionStage<T> inQueue(String queue, Function<MemoryQueue, T> action) {
        return stage(() -> {
            var found = queues.get(queue);
            if (found == null || !found.isKnown()) {
                throw new QueueNotFoundException(queue);
            }
            return action.apply(found);
        });
    }

    private <T> CompletionStage<T> stage(Supplier<T> action) {
        try {
            return CompletableFuture.completedFuture(guard.get(action));
        } catch (TaskException failed) {
            return CompletableFuture.failedFuture(failed);
        }
    }
}
