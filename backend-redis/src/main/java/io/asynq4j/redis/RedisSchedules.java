package io.asynq4j.redis;

import io.asynq4j.redis.keys.Keys;
import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.Reply;
import io.asynq4j.redis.wire.Wire;
import io.asynq4j.redis.wire.WireException;
import io.asynq4j.spi.Fired;
import io.asynq4j.spi.Firing;
import io.asynq4j.spi.PeriodicEntry;
import io.asynq4j.spi.SchedulerEntry;
import io.asynq4j.spi.SchedulerInfo;
import io.asynq4j.spi.Schedules;
import io.asynq4j.spi.Seconds;
import io.asynq4j.spi.Standing;
import io.asynq4j.task.BrokerUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Periodic tasks: one call for each firing, under the tag of its queue; registries as asynq has them. */
final class RedisSchedules implements Schedules {
    private static final Logger log = LoggerFactory.getLogger(RedisBroker.class);

    private final Redis redis;
    private final Trouble trouble = new Trouble(log);

    RedisSchedules(Redis redis) {
        this.redis = redis;
    }

    @Override
    public List<Standing> joinPeriodic(List<PeriodicEntry> entries, Instant now) {
        var calls = entries.stream()
                .map(entry -> Call.of(Scripts.JOIN_PERIODIC)
                        .key(Keys.periodic(entry.queue(), entry.id()))
                        .key(Keys.periodic(entry.queue()))
                        .arg(now.getEpochSecond())
                        .arg(entry.rhythm())
                        .arg(Seconds.up(entry.keep()))
                        .build())
                .toList();
        return redis.run(calls).stream()
                .map(reply -> FireCalls.isBlocked(reply) ? begun(now) : standing(reply))
                .toList();
    }

    @Override
    public List<Fired> fire(List<Firing> firings) {
        List<Reply> replies;
        try {
            replies = redis.run(FireCalls.of(firings));
        } catch (BrokerUnavailableException none) {
            return Collections.nCopies(firings.size(), Fired.unknown(none));
        }
        if (replies.get(0) instanceof Reply.Failed failed && failed.answered()) {
            log.warn("queues could not be made known to inspectors: {}", failed.message());
        }
        var fired = replies.stream().skip(1).map(FireCalls::fired).toList();
        for (int i = 0; i < fired.size(); i++) {
            var failure = fired.get(i).failure();
            if (fired.get(i).outcome() == Fired.Outcome.BLOCKED && failure != null) {
                var firing = firings.get(i);
                var where = "queue " + firing.entry().queue() + ": " + failure.getMessage();
                trouble.report("periodic tasks wait until they can be stored", List.of(where), firing.planned());
            }
        }
        return fired;
    }

    @Override
    public void pausePeriodic(PeriodicEntry entry, boolean paused) {
        redis.run(Call.of(Scripts.PAUSE_PERIODIC)
                .key(Keys.periodic(entry.queue(), entry.id()))
                .key(Keys.periodic(entry.queue()))
                .arg(paused ? 1 : 0)
                .arg(Seconds.up(entry.keep()))
                .build());
    }

    @Override
    public void announceScheduler(SchedulerInfo scheduler, List<SchedulerEntry> entries, Instant now, Duration ttl) {
        var key = key(scheduler);
        var list = Call.of(Scripts.ANNOUNCE_SCHEDULER).key(key).arg(Seconds.up(ttl));
        entries.forEach(entry -> list.arg(Wire.encode(entry)));
        var index = Call.of("ZADD")
                .key(Keys.SCHEDULERS)
                .arg(Seconds.up(now.plus(ttl)))
                .arg(key);
        redis.run(List.of(index.build(), list.build())).forEach(Redis::usable);
    }

    @Override
    public void leaveScheduler(SchedulerInfo scheduler) {
        var key = key(scheduler);
        var calls = List.of(
                Call.of("ZREM").key(Keys.SCHEDULERS).arg(key).build(),
                Call.of("DEL").key(key).build());
        redis.run(calls).forEach(Redis::usable);
    }

    @Override
    public boolean lead(String scope, SchedulerInfo scheduler, Duration lease) {
        return redis.run(Call.of(Scripts.LEAD)
                                .key(Keys.schedulerLeader(scope))
                                .arg(scheduler.schedulerId())
                                .arg(Seconds.up(lease))
                                .build())
                        .integer()
                == 1;
    }

    @Override
    public void recordEvents(List<Recorded> events) {
        var calls = events.stream()
                .map(recorded -> Call.of(Scripts.RECORD_EVENT)
                        .key(Keys.schedulerHistory(recorded.entryId()))
                        .arg(recorded.event().at().getEpochSecond())
                        .arg(Wire.encode(recorded.event()))
                        .arg(Seconds.up(recorded.keep()))
                        .build())
                .toList();
        redis.run(calls).forEach(Redis::usable);
    }

    @Override
    public List<SchedulerEntry> storedPeriodic() {
        var stored = new ArrayList<SchedulerEntry>();
        var values = redis.run(Call.of("HVALS").key(Keys.PERIODIC_TASKS).build());
        for (var value : values.items()) {
            try {
                stored.add(Wire.decodeSchedulerEntry(value.bytes()));
            } catch (WireException unreadable) {
                log.warn("a stored periodic task cannot be read: {}", unreadable.getMessage());
            }
        }
        return stored;
    }

    @Override
    public void storePeriodic(SchedulerEntry entry) {
        redis.run(Call.of("HSET")
                .key(Keys.PERIODIC_TASKS)
                .arg(entry.id())
                .arg(Wire.encode(entry))
                .build());
    }

    @Override
    public boolean unstorePeriodic(String id) {
        return redis.run(Call.of("HDEL").key(Keys.PERIODIC_TASKS).arg(id).build())
                        .integer()
                == 1;
    }

    private static Standing standing(Reply reply) {
        var items = Redis.usable(reply).items();
        return FireCalls.standing(items.get(0), items.get(1), items.get(2), items.get(3));
    }

    private static Standing begun(Instant now) {
        return new Standing(now.truncatedTo(ChronoUnit.SECONDS), null, false, false);
    }

    private static String key(SchedulerInfo scheduler) {
        return Keys.scheduler(scheduler.host(), scheduler.pid(), scheduler.schedulerId());
    }
}
