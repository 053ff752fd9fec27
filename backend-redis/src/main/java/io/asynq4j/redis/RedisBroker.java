package io.asynq4j.redis;

import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.RedisPort;
import io.asynq4j.spi.AggregationSet;
import io.asynq4j.spi.ArchiveLimits;
import io.asynq4j.spi.Broker;
import io.asynq4j.spi.Demand;
import io.asynq4j.spi.Ending;
import io.asynq4j.spi.Examination;
import io.asynq4j.spi.Fetching;
import io.asynq4j.spi.Fired;
import io.asynq4j.spi.Firing;
import io.asynq4j.spi.GroupTrigger;
import io.asynq4j.spi.Inspection;
import io.asynq4j.spi.Lease;
import io.asynq4j.spi.PeriodicEntry;
import io.asynq4j.spi.Placement;
import io.asynq4j.spi.SchedulerEntry;
import io.asynq4j.spi.SchedulerInfo;
import io.asynq4j.spi.ServerInfo;
import io.asynq4j.spi.Settled;
import io.asynq4j.spi.Standing;
import io.asynq4j.spi.TaskMessage;
import io.asynq4j.spi.WorkerInfo;
import io.asynq4j.task.EnqueueOutcome;
import io.asynq4j.task.Payload;
import io.asynq4j.time.Handle;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Tasks in Redis, in the format of the Go library asynq, over whatever client library the port stands for. Driver modules
 * open it; it is public for them.
 *
 * <p>Safe for use by many threads. Closing it closes the port.
 */
public final class RedisBroker implements Broker {
    private final RedisPort port;
    private final Redis redis;
    private final RedisSubmission submission;
    private final Fetching fetching;
    private final RedisSettlement settlement;
    private final RedisUpkeep upkeep;
    private final RedisGrouping grouping;
    private final RedisPresence presence;
    private final RedisCheckup checkup;
    private final RedisSignals signals;
    private final RedisResults results;
    private final RedisPermits permits;
    private final RedisSchedules schedules;
    private final RedisInspection inspection;
    private final RedisExamination examination;

    private RedisBroker(RedisPort port) {
        this.port = port;
        var safe = port.isCluster() ? new ClusterPort(port) : port;
        this.redis = new Redis(safe);
        this.submission = new RedisSubmission(safe);
        var quarantine = new Quarantine(redis);
        var reader = new FetchReader(quarantine);
        this.fetching = port.isCluster() ? new ClusterFetching(redis, reader) : new RedisFetching(redis, reader);
        this.settlement = new RedisSettlement(redis);
        this.upkeep = new RedisUpkeep(redis, quarantine);
        this.grouping = new RedisGrouping(redis);
        this.presence = new RedisPresence(redis);
        this.checkup = new RedisCheckup(redis);
        this.signals = new RedisSignals(port, redis);
        this.results = new RedisResults(safe);
        this.permits = new RedisPermits(safe);
        this.schedules = new RedisSchedules(redis);
        this.inspection = new RedisInspection(safe);
        this.examination = new RedisExamination(safe);
    }

    /** A broker over {@code port}, which it closes when it is closed. */
    public static RedisBroker over(RedisPort port) {
        return new RedisBroker(port);
    }

    @Override
    public boolean blocking() {
        return port.blocking();
    }

    @Override
    public Inspection inspection() {
        return inspection;
    }

    @Override
    public Examination examination() {
        return examination;
    }

    @Override
    public void ping() {
        redis.run(Call.of("PING").build()).text();
    }

    @Override
    public CompletionStage<List<EnqueueOutcome>> submit(List<Placement> placements) {
        return submission.submit(placements);
    }

    @Override
    public List<Lease> fetch(Demand demand) {
        return fetching.fetch(demand);
    }

    @Override
    public List<Lease> fetched(Demand demand) {
        return fetching.fetched(demand);
    }

    @Override
    public List<Settled> settle(List<Ending> endings, Instant now) {
        return settlement.settle(endings, null, now);
    }

    @Override
    public List<Settled> recover(List<Ending> endings, Instant cutoff, Instant now) {
        return settlement.settle(endings, cutoff, now);
    }

    @Override
    public Forwarded forward(String queue, Instant now, int limit) {
        return upkeep.forward(queue, now, limit);
    }

    @Override
    public Expired expired(String queue, Instant cutoff, int limit) {
        return upkeep.expired(queue, cutoff, limit);
    }

    @Override
    public int deleteExpired(String queue, Instant now, int limit) {
        return upkeep.deleteExpired(queue, now, limit);
    }

    @Override
    public int trimArchive(String queue, ArchiveLimits limits, Instant now, int limit) {
        return upkeep.trimArchive(queue, limits, now, limit);
    }

    @Override
    public int repair(String queue, Instant now, int limit) {
        return upkeep.repair(queue, now, limit);
    }

    @Override
    public Due dueGroups(String queue, GroupTrigger trigger, Instant now, String cursor, int limit) {
        return grouping.dueGroups(queue, trigger, now, cursor, limit);
    }

    @Override
    public Staged stage(AggregationSet set, GroupTrigger trigger, Instant now) {
        return grouping.stage(set, trigger, now);
    }

    @Override
    public Optional<List<TaskMessage>> members(AggregationSet set, Instant now) {
        return grouping.members(set, now);
    }

    @Override
    public Finished finish(AggregationSet set, int members, Placement task, Instant now) {
        return grouping.finish(set, members, task, now);
    }

    @Override
    public boolean giveBack(AggregationSet set, Instant now) {
        return grouping.giveBack(set, now);
    }

    @Override
    public Reclaimed reclaim(String queue, Instant now, int limit) {
        return grouping.reclaim(queue, now, limit);
    }

    @Override
    public int sweep(String queue, int limit) {
        return grouping.sweep(queue, limit);
    }

    @Override
    public List<Lease> extend(List<Lease> leases, Instant expiresAt) {
        return presence.extend(leases, expiresAt);
    }

    @Override
    public void announce(ServerInfo server, List<WorkerInfo> workers, Instant now, Duration ttl) {
        presence.announce(server, workers, now, ttl);
    }

    @Override
    public void leave(ServerInfo server) {
        presence.leave(server);
    }

    @Override
    public Instant clock() {
        return checkup.clock();
    }

    @Override
    public List<String> warnings() {
        return checkup.warnings();
    }

    @Override
    public Watch watch(Runnable pending, Runnable due) {
        return RedisWatch.of(port, pending, due);
    }

    @Override
    public CompletionStage<Boolean> cancel(String queue, String id) {
        return signals.cancel(queue, id);
    }

    @Override
    public List<Lease> cancelled(List<Lease> leases) {
        return signals.cancelled(leases);
    }

    @Override
    public Handle onCancel(Consumer<Cancellation> listener) {
        return signals.onCancel(listener);
    }

    @Override
    public CompletionStage<Boolean> writeResult(Lease lease, Payload result) {
        return results.writeResult(lease, result);
    }

    @Override
    public CompletionStage<Boolean> acquirePermit(
            String scope, String holder, int permits, Instant expiresAt, Instant now) {
        return this.permits.acquirePermit(scope, holder, permits, expiresAt, now);
    }

    @Override
    public CompletionStage<Boolean> releasePermit(String scope, String holder, Instant expiresAt) {
        return permits.releasePermit(scope, holder, expiresAt);
    }

    @Override
    public List<Standing> joinPeriodic(List<PeriodicEntry> entries, Instant now) {
        return schedules.joinPeriodic(entries, now);
    }

    @Override
    public List<Fired> fire(List<Firing> firings) {
        return schedules.fire(firings);
    }

    @Override
    public void pausePeriodic(PeriodicEntry entry, boolean paused) {
        schedules.pausePeriodic(entry, paused);
    }

    @Override
    public void announceScheduler(SchedulerInfo scheduler, List<SchedulerEntry> entries, Instant now, Duration ttl) {
        schedules.announceScheduler(scheduler, entries, now, ttl);
    }

    @Override
    public void leaveScheduler(SchedulerInfo scheduler) {
        schedules.leaveScheduler(scheduler);
    }

    @Override
    public boolean lead(String scope, SchedulerInfo scheduler, Duration lease) {
        return schedules.lead(scope, scheduler, lease);
    }

    @Override
    public void recordEvents(List<Recorded> events) {
        schedules.recordEvents(events);
    }

    @Override
    public List<SchedulerEntry> storedPeriodic() {
        return schedules.storedPeriodic();
    }

    @Override
    public void storePeriodic(SchedulerEntry entry) {
        schedules.storePeriodic(entry);
    }

    @Override
    public boolean unstorePeriodic(String id) {
        return schedules.unstorePeriodic(id);
    }

    @Override
    public void close() {
        port.close();
    }
}
