package io.asynq4j.redis;

import io.asynq4j.redis.keys.Keys;
import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.Reply;
import io.asynq4j.spi.ArchiveLimits;
import io.asynq4j.spi.Lease;
import io.asynq4j.spi.Upkeep;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Forwarding, finding expired leases, and deleting what is over. */
final class RedisUpkeep implements Upkeep {
    private static final Logger log = LoggerFactory.getLogger(RedisBroker.class);

    private final Redis redis;
    private final Quarantine quarantine;
    private final Trouble trouble = new Trouble(log);

    RedisUpkeep(Redis redis, Quarantine quarantine) {
        this.redis = redis;
        this.quarantine = quarantine;
    }

    @Override
    public Forwarded forward(String queue, Instant now, int limit) {
        var forwarded = ask(
                "tasks cannot be forwarded in queue " + queue,
                now,
                Call.of(Scripts.FORWARD)
                        .key(Keys.scheduled(queue))
                        .key(Keys.retry(queue))
                        .key(Keys.pending(queue))
                        .key(Keys.groups(queue))
                        .arg(now.getEpochSecond())
                        .arg(Nanos.unix(now))
                        .arg(limit)
                        .arg(Keys.taskPrefix(queue))
                        .arg(Keys.groupPrefix(queue))
                        .build());
        if (forwarded == null) {
            return new Forwarded(0, null);
        }
        var reply = forwarded.items();
        reportDropped(reply.get(1), "waiting tasks", queue);
        return new Forwarded((int) reply.get(0).integer(), Scores.instant(reply.get(2)));
    }

    @Override
    public Expired expired(String queue, Instant cutoff, int limit) {
        var expired = ask(
                "leases cannot be looked at in queue " + queue,
                cutoff,
                Call.of(Scripts.EXPIRED_LEASES)
                        .key(Keys.active(queue))
                        .key(Keys.lease(queue))
                        .arg(Keys.taskPrefix(queue))
                        .arg(cutoff.getEpochSecond())
                        .arg(limit)
                        .build());
        if (expired == null) {
            return new Expired(List.of(), null);
        }
        var reply = expired.items();
        reportDropped(reply.get(0), "leases", queue);
        var attempts = new ArrayList<Lapsed>();
        for (int i = 2; i < reply.size(); i += 5) {
            var message = quarantine.readable(queue, reply.get(i), reply.get(i + 2), cutoff);
            var expiry = Scores.instant(reply.get(i + 1));
            if (message != null && expiry != null) {
                var lease = new Lease(message, reply.get(i + 3).text(), expiry);
                attempts.add(new Lapsed(lease, crashes(reply.get(i + 4))));
            }
        }
        return new Expired(attempts, Scores.instant(reply.get(1)));
    }

    @Override
    public int deleteExpired(String queue, Instant now, int limit) {
        return count(ask(
                "completed tasks cannot be deleted in queue " + queue,
                now,
                Call.of(Scripts.DELETE_EXPIRED)
                        .key(Keys.completed(queue))
                        .arg(Keys.taskPrefix(queue))
                        .arg(now.getEpochSecond())
                        .arg(limit)
                        .build()));
    }

    @Override
    public int trimArchive(String queue, ArchiveLimits limits, Instant now, int limit) {
        return count(ask(
                "the archive cannot be trimmed in queue " + queue, now, trim(queue, limits, now, limit, List.of())));
    }

    /** The call that keeps an archive within its limits, and {@code spared} in it whatever happens. */
    static Call trim(String queue, ArchiveLimits limits, Instant now, int limit, List<String> spared) {
        var call = Call.of(Scripts.TRIM_ARCHIVE)
                .key(Keys.archived(queue))
                .arg(Keys.taskPrefix(queue))
                .arg(now.minus(limits.age()).getEpochSecond())
                .arg(limits.size())
                .arg(limit);
        spared.forEach(call::arg);
        return call.build();
    }

    @Override
    public int repair(String queue, Instant now, int limit) {
        int repaired = count(ask(
                "active tasks cannot be mended in queue " + queue,
                now,
                Call.of(Scripts.REPAIR_ACTIVE)
                        .key(Keys.active(queue))
                        .key(Keys.lease(queue))
                        .arg(Keys.taskPrefix(queue))
                        .arg(now.getEpochSecond())
                        .arg(limit)
                        .build()));
        if (repaired > 0) {
            log.warn("mended {} active tasks without a lease in queue {}", repaired, queue);
        }
        return repaired;
    }

    /**
     * The reply to {@code call}; null when a key of its queue is of a foreign type. That is no outage, and other queues go on.
     *
     * @param what cannot be done then, for people
     */
    private @Nullable Reply ask(String what, Instant now, Call call) {
        var reply = redis.run(List.of(call)).get(0);
        var foreign = RedisError.foreignType(reply);
        trouble.report(what, foreign, now);
        return foreign.isEmpty() ? Redis.usable(reply) : null;
    }

    private static int count(@Nullable Reply reply) {
        return reply == null ? 0 : (int) reply.integer();
    }

    /** A small number out of a hash that anybody may have written to; 0 when it is none. */
    private static int crashes(Reply text) {
        try {
            return Math.max(0, Integer.parseInt(text.text()));
        } catch (NumberFormatException none) {
            return 0;
        }
    }

    private static void reportDropped(Reply count, String from, String queue) {
        if (count.integer() > 0) {
            log.warn("dropped {} ids without a task from the {} of queue {}", count.integer(), from, queue);
        }
    }
}
