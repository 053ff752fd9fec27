package io.asynq4j.testing;

import io.asynq4j.spi.AggregationSet;
import io.asynq4j.spi.ArchiveLimits;
import io.asynq4j.spi.Broker;
import io.asynq4j.spi.Demand;
import io.asynq4j.spi.Ending;
import io.asynq4j.spi.Examination;
import io.asynq4j.spi.Fired;
import io.asynq4j.spi.Firing;
import io.asynq4j.spi.GroupTrigger;
import io.asynq4j.spi.Inspection;
import io.asynq4j.spi.Lease;
import io.asynq4j.spi.PeriodicEntry;
import io.asynq4j.spi.Placement;
import io.asynq4j.spi.SchedulerEntry;
import io.asynq4j.spi.SchedulerEvent;
import io.asynq4j.spi.SchedulerInfo;
import io.asynq4j.spi.ServerInfo;
import io.asynq4j.spi.Settled;
import io.asynq4j.spi.Standing;
import io.asynq4j.spi.TaskMessage;
import io.asynq4j.spi.WorkerInfo;
import io.asynq4j.task.BrokerUnavailableException;
import io.asynq4j.task.EnqueueOutcome;
import io.asynq4j.task.Payload;
import io.asynq4j.task.TaskState;
import io.asynq4j.time.Handle;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A broker in the memory of this process, which keeps every promise that the Redis brokers keep, except that nothing
 * outlives it. As a {@link BrokerView} it shows what it holds, also when it is closed.
 *
 * <p>Safe for use by many threads. Nothing blocks, and every stage has ended when it is answered.
 */
public final class InMemoryBroker implements Broker, BrokerView {
    private final InstantSource time;
    private final Watchers watchers = new Watchers(this::gives, this::earliest);
    private final ReentrantLock lock = new ReentrantLock();

    private final List<Consumer<Cancellation>> listeners = new CopyOnWriteArrayList<>();

    // All guarded by `lock`.
    private final Map<String, MemoryQueue> queues = new HashMap<>();
    private final ServerBoard servers = new ServerBoard();
    private final MemoryPermits permits = new MemoryPermits();
    private final MemorySchedules schedules = new MemorySchedules(this::queue);
    private boolean closed;

    private final Inspection inspection;

    private InMemoryBroker(InstantSource time) {
        this.time = time;
        this.inspection = new MemoryInspection(this::getOpen, queues, servers, schedules, time, watchers::tell);
    }

    /** An empty broker that lives by the system's clock. */
    public static InMemoryBroker create() {
        return on(InstantSource.system());
    }

    /**
     * An empty broker.
     *
     * @param time by which unique locks lapse and servers are forgotten, which Redis counts by a clock of its own; all other
     *     times come from the caller
     */
    public static InMemoryBroker on(InstantSource time) {
        return new InMemoryBroker(time);
    }

    /** Lets a queue give no tasks; it takes in new ones all the same. */
    public void pause(String queue) {
        run(() -> queue(queue).pause(true));
    }

    /** Lets a paused queue give tasks again. */
    public void unpause(String queue) {
        run(() -> queue(queue).pause(false));
        watchers.tell();
    }

    @Override
    public CompletionStage<List<EnqueueOutcome>> submit(List<Placement> placements) {
        var answers = get(() -> {
            var outcomes = new ArrayList<EnqueueOutcome>(placements.size());
            for (var placement : placements) {
                outcomes.add(
                        closed
                                ? new EnqueueOutcome.Refused(closedException())
                                : queue(placement.message().queue()).submit(placement, time.instant()));
            }
            return outcomes;
        });
        watchers.tell();
        return CompletableFuture.completedFuture(answers);
    }

    @Override
    public List<Lease> fetch(Demand demand) {
        return getOpen(() -> {
            var leases = new ArrayList<Lease>();
            for (var share : demand.shares()) {
                leases.addAll(fetch(share.queue(), share.tasks(), demand));
            }
            for (var share : demand.shares()) {
                leases.addAll(fetch(share.queue(), demand.wanted() - leases.size(), demand));
            }
            return leases;
        });
    }

    @Override
    public List<Lease> fetched(Demand demand) {
        return getOpen(() -> demand.shares().stream()
                .flatMap(share -> queue(share.queue()).fetched(demand.attempt(), demand.leaseUntil()).stream())
                .toList());
    }

    @Override
    public List<Settled> settle(List<Ending> endings, Instant now) {
        return end(endings, now, false, ending -> queue(ending.lease().queue()).held(ending.lease()));
    }

    @Override
    public List<Settled> recover(List<Ending> endings, Instant cutoff, Instant now) {
        return end(endings, now, true, ending -> queue(ending.lease().queue()).lapsed(ending.lease(), cutoff));
    }

    @Override
    public Forwarded forward(String queue, Instant now, int limit) {
        var forwarded = getOpen(() -> queue(queue).forward(now, limit));
        if (forwarded.moved() > 0) {
            watchers.tell();
        }
        return forwarded;
    }

    @Override
    public Expired expired(String queue, Instant cutoff, int limit) {
        return getOpen(() -> queue(queue).expired(cutoff, limit));
    }

    @Override
    public int deleteExpired(String queue, Instant now, int limit) {
        return getOpen(() -> queue(queue).deleteExpired(now, limit));
    }

    @Override
    public int trimArchive(String queue, ArchiveLimits limits, Instant now, int limit) {
        return getOpen(() -> queue(queue).trimArchive(limits, now, limit));
    }

    /** Nobody else has a hand in here, so there is nothing to mend. */
    @Override
    public int repair(String queue, Instant now, int limit) {
        return getOpen(() -> 0);
    }

    @Override
    public Due dueGroups(String queue, GroupTrigger trigger, Instant now, String cursor, int limit) {
        return getOpen(() -> queue(queue).groups().due(trigger, now, cursor, limit));
    }

    @Override
    public Staged stage(AggregationSet set, GroupTrigger trigger, Instant now) {
        return getOpen(() -> queue(set.queue()).groups().stage(set, trigger, now));
    }

    @Override
    public Optional<List<TaskMessage>> members(AggregationSet set, Instant now) {
        return getOpen(() -> queue(set.queue()).groups().members(set, now));
    }

    @Override
    public Finished finish(AggregationSet set, int members, Placement task, Instant now) {
        var finished = getOpen(() -> queue(set.queue()).groups().finish(set, members, task, now, time.instant()));
        watchers.tell();
        return finished;
    }

    @Override
    public boolean giveBack(AggregationSet set, Instant now) {
        return getOpen(() -> queue(set.queue()).groups().giveBack(set));
    }

    @Override
    public Reclaimed reclaim(String queue, Instant now, int limit) {
        return getOpen(() -> queue(queue).groups().reclaim(now, limit));
    }

    /** Members are deleted at once, so that none is ever left. */
    @Override
    public int sweep(String queue, int limit) {
        return getOpen(() -> 0);
    }

    @Override
    public List<Lease> extend(List<Lease> leases, Instant expiresAt) {
        return getOpen(() -> leases.stream()
                .filter(lease -> !queue(lease.queue()).extend(lease, expiresAt))
                .toList());
    }

    @Override
    public void announce(ServerInfo server, List<WorkerInfo> workers, Instant now, Duration ttl) {
        getOpen(() -> {
            servers.put(server, workers, time.instant().plus(ttl));
            server.queues().keySet().forEach(name -> queue(name).makeKnown());
            return true;
        });
    }

    @Override
    public void leave(ServerInfo server) {
        getOpen(() -> {
            servers.remove(server);
            return true;
        });
    }

    @Override
    public CompletionStage<Boolean> cancel(String queue, String id) {
        return stage(() -> queue(queue).cancel(id)).thenApply(active -> {
            listeners.forEach(listener -> listener.accept(new Cancellation(queue, id)));
            return active;
        });
    }

    @Override
    public List<Lease> cancelled(List<Lease> leases) {
        return getOpen(() -> leases.stream()
                .filter(lease -> queue(lease.queue()).isCancelled(lease))
                .toList());
    }

    @Override
    public Handle onCancel(Consumer<Cancellation> listener) {
        Consumer<Cancellation> own = told -> listener.accept(told); // who listens twice is two
        listeners.add(own);
        return () -> listeners.remove(own);
    }

    @Override
    public CompletionStage<Boolean> writeResult(Lease lease, Payload result) {
        return stage(() -> queue(lease.queue()).writeResult(lease, result));
    }

    @Override
    public CompletionStage<Boolean> acquirePermit(
            String scope, String holder, int permits, Instant expiresAt, Instant now) {
        return stage(() -> this.permits.acquire(scope, holder, permits, expiresAt, now));
    }

    @Override
    public CompletionStage<Boolean> releasePermit(String scope, String holder, Instant expiresAt) {
        return stage(() -> permits.release(scope, holder, expiresAt));
    }

    @Override
    public List<Standing> joinPeriodic(List<PeriodicEntry> entries, Instant now) {
        return getOpen(
                () -> entries.stream().map(entry -> schedules.join(entry, now)).toList());
    }

    @Override
    public List<Fired> fire(List<Firing> firings) {
        var fired = get(() -> firings.stream()
                .map(firing -> closed ? Fired.unknown(closedException()) : schedules.fire(firing, time.instant()))
                .toList());
        watchers.tell();
        return fired;
    }

    @Override
    public void pausePeriodic(PeriodicEntry entry, boolean paused) {
        runOpen(() -> schedules.pause(entry, paused));
    }

    @Override
    public void announceScheduler(SchedulerInfo scheduler, List<SchedulerEntry> entries, Instant now, Duration ttl) {
        runOpen(() -> schedules.board().put(scheduler, entries, time.instant().plus(ttl)));
    }

    @Override
    public void leaveScheduler(SchedulerInfo scheduler) {
        runOpen(() -> schedules.board().remove(scheduler));
    }

    @Override
    public boolean lead(String scope, SchedulerInfo scheduler, Duration lease) {
        return getOpen(() -> schedules.board().lead(scope, scheduler, lease, time.instant()));
    }

    @Override
    public void recordEvents(List<Recorded> events) {
        runOpen(() -> events.forEach(recorded -> schedules.board().record(recorded.entryId(), recorded.event())));
    }

    @Override
    public List<SchedulerEntry> storedPeriodic() {
        return getOpen(() -> schedules.board().stored());
    }

    @Override
    public void storePeriodic(SchedulerEntry entry) {
        runOpen(() -> schedules.board().store(entry));
    }

    @Override
    public boolean unstorePeriodic(String id) {
        return getOpen(() -> schedules.board().unstore(id));
    }

    @Override
    public Instant clock() {
        return getOpen(time::instant);
    }

    @Override
    public List<String> warnings() {
        return List.of();
    }

    @Override
    public Watch watch(Runnable pending, Runnable due) {
        return watchers.add(pending, due);
    }

    @Override
    public Inspection inspection() {
        return inspection;
    }

    @Override
    public Examination examination() {
        return new MemoryExamination(inspection);
    }

    @Override
    public boolean blocking() {
        return false;
    }

    @Override
    public void ping() {
        getOpen(() -> true);
    }

    @Override
    public void close() {
        run(() -> closed = true);
    }

    @Override
    public List<StoredTask> tasks(String queue, TaskState state) {
        return get(() ->
                queue(queue).shelves().all(state).stream().map(Entry::stored).toList());
    }

    @Override
    public Set<String> groups(String queue) {
        return get(() -> queue(queue).shelves().groups());
    }

    @Override
    public Set<String> queues() {
        return get(() -> queues.entrySet().stream()
                .filter(queue -> queue.getValue().isKnown())
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet()));
    }

    @Override
    public List<ServerInfo> servers() {
        return get(() -> servers.servers(time.instant()));
    }

    @Override
    public List<WorkerInfo> workers() {
        return get(() -> servers.workers(time.instant()));
    }

    @Override
    public List<SchedulerEntry> schedulerEntries() {
        return get(() -> schedules.board().entries(time.instant()));
    }

    @Override
    public List<SchedulerEvent> schedulerEvents(String entryId) {
        return get(() -> schedules.board().events(entryId));
    }

    @Override
    public long processed(String queue) {
        return count(queue, Counters::processed);
    }

    @Override
    public long failed(String queue) {
        return count(queue, Counters::failed);
    }

    @Override
    public long processed(String queue, LocalDate day) {
        return count(queue, counters -> counters.processed(day));
    }

    @Override
    public long failed(String queue, LocalDate day) {
        return count(queue, counters -> counters.failed(day));
    }

    /**
     * Whether servers of these queues will sooner or later have something to do.
     *
     * @param groups whether they aggregate groups
     */
    boolean hasWork(Collection<String> of, boolean groups) {
        return get(() -> of.stream().anyMatch(name -> queue(name).hasWork(groups)));
    }

    /** Whether servers of these queues have something to do now, or may have it at a time that is not to be seen. */
    boolean isBusy(Collection<String> of, boolean groups) {
        return get(() -> of.stream().anyMatch(name -> queue(name).isBusy(groups)));
    }

    /** How many queues are known. */
    int queueCount() {
        return get(() ->
                (int) queues.values().stream().filter(MemoryQueue::isKnown).count());
    }

    /** Makes servers look whether there is something to do. */
    void wakeAll() {
        watchers.tell();
    }

    /** How many tasks wait or are being worked on. */
    int unfinished() {
        return get(() -> queues.values().stream()
                .mapToInt(queue -> queue.shelves().unfinished())
                .sum());
    }

    /** When the first of the tasks that wait for their time is due; null when none waits. */
    @Nullable
    Instant nextDue(Collection<String> of) {
        return get(() -> of.stream()
                .map(name -> queue(name).shelves().nextDue())
                .filter(Objects::nonNull)
                .map(Entry::time)
                .min(Comparator.naturalOrder())
                .orElse(null));
    }

    private boolean gives(Collection<String> of) {
        return getOpen(() -> of.stream().anyMatch(name -> queue(name).gives()));
    }

    private Map<String, Instant> earliest(Collection<String> of) {
        return getOpen(() -> {
            var earliest = new HashMap<String, Instant>();
            for (var name : of) {
                var next = queue(name).shelves().nextDue();
                if (next != null) {
                    earliest.put(name, next.time());
                }
            }
            return earliest;
        });
    }

    private List<Lease> fetch(String queue, int wanted, Demand demand) {
        return queue(queue).fetch(wanted, demand.leaseUntil(), demand.attempt());
    }

    private List<Settled> end(
            List<Ending> endings, Instant now, boolean crashed, Function<Ending, @Nullable Entry> find) {
        var written = get(() -> {
            if (closed) {
                return Collections.nCopies(endings.size(), Settled.UNKNOWN);
            }
            var answers = new ArrayList<Settled>(endings.size());
            for (var ending : endings) {
                var entry = find.apply(ending);
                if (entry != null) {
                    queue(ending.lease().queue()).end(entry, ending, crashed ? entry.crashes() + 1 : 0, now);
                }
                answers.add(entry == null ? Settled.NOT_HELD : Settled.WRITTEN);
            }
            return answers;
        });
        if (!endings.stream().allMatch(InMemoryBroker::isOver)) {
            watchers.tell();
        }
        return written;
    }

    /** Whether nothing is to be run after that. */
    private static boolean isOver(Ending ending) {
        return !(ending instanceof Ending.Retried || ending instanceof Ending.Released);
    }

    private long count(String queue, Function<Counters, Long> which) {
        return get(() -> which.apply(queue(queue).counters()));
    }

    /** With the lock held. */
    private MemoryQueue queue(String name) {
        return queues.computeIfAbsent(name, made -> new MemoryQueue());
    }

    private <T> T getOpen(Supplier<T> action) {
        return get(() -> {
            if (closed) {
                throw closedException();
            }
            return action.get();
        });
    }

    private void runOpen(Runnable action) {
        getOpen(() -> {
            action.run();
            return true;
        });
    }

    private <T> CompletionStage<T> stage(Supplier<T> action) {
        try {
            return CompletableFuture.completedFuture(getOpen(action));
        } catch (BrokerUnavailableException closedBefore) {
            return CompletableFuture.failedFuture(closedBefore);
        }
    }

    private <T> T get(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    private void run(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    private static BrokerUnavailableException closedException() {
        return new BrokerUnavailableException("the broker is closed", null);
    }
}
