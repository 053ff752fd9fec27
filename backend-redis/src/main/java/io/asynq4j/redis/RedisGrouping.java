package io.asynq4j.redis;

import io.asynq4j.redis.keys.Keys;
import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.Reply;
import io.asynq4j.spi.AggregationSet;
import io.asynq4j.spi.GroupTrigger;
import io.asynq4j.spi.Grouping;
import io.asynq4j.spi.Placement;
import io.asynq4j.spi.TaskMessage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Aggregates groups: one script call for each step, in chunks where a set can be large. */
final class RedisGrouping implements Grouping {
    /** How many members one call of a script moves or deletes. */
    static final int CHUNK = 500;

    private static final Logger log = LoggerFactory.getLogger(RedisBroker.class);

    private static final int STORED_ALL_DELETED = 1;
    private static final int STORED_SOME_LEFT = 2;
    private static final int ID_TAKEN = 0;
    private static final int LOCK_HELD = -1;

    private final Redis redis;
    private final SetReader reader;
    private final Trouble trouble = new Trouble(log);

    RedisGrouping(Redis redis) {
        this.redis = redis;
        this.reader = new SetReader(redis);
    }

    @Override
    public Due dueGroups(String queue, GroupTrigger trigger, Instant now, String cursor, int limit) {
        var reply = ask(
                queue,
                now,
                Call.of(Scripts.DUE_GROUPS)
                        .key(Keys.groups(queue))
                        .arg(Keys.groupPrefix(queue))
                        .arg(cursor)
                        .arg(limit)
                        .arg(now.getEpochSecond())
                        .arg(trigger.graceSeconds())
                        .arg(trigger.maxDelaySeconds())
                        .arg(trigger.maxSize())
                        .build());
        if (reply == null) {
            return new Due(List.of(), null, Due.START);
        }
        var found = reply.items();
        var groups = found.subList(2, found.size()).stream().map(Reply::text).toList();
        return new Due(groups, Scores.instant(found.get(1)), found.get(0).text());
    }

    @Override
    public Staged stage(AggregationSet set, GroupTrigger trigger, Instant now) {
        var reply = ask(
                set.queue(),
                now,
                Call.of(Scripts.STAGE_GROUP)
                        .key(Keys.groups(set.queue()))
                        .key(Keys.group(set.queue(), set.group()))
                        .key(Keys.aggregationSet(set.queue(), set.group(), set.id()))
                        .key(Keys.aggregationSets(set.queue()))
                        .arg(set.group())
                        .arg(now.getEpochSecond())
                        .arg(set.deadline().getEpochSecond())
                        .arg(trigger.graceSeconds())
                        .arg(trigger.maxDelaySeconds())
                        .arg(trigger.maxSize())
                        .build());
        if (reply == null) {
            return new Staged(0, null);
        }
        var staged = reply.items();
        return new Staged((int) staged.get(0).integer(), Scores.instant(staged.get(1)));
    }

    @Override
    public Optional<List<TaskMessage>> members(AggregationSet set, Instant now) {
        return reader.members(set, now);
    }

    @Override
    public Finished finish(AggregationSet set, int members, Placement task, Instant now) {
        var finishing = new FinishCalls(set, members, task, now);
        var reply = redis.run(finishing.calls()).get(1);
        if (reply instanceof Reply.Failed failed) {
            if (failed.answered()) {
                throw Redis.unavailable(failed);
            }
            return finishing.found(redis.run(finishing.lookup()));
        }
        return switch ((int) reply.integer()) {
            case STORED_ALL_DELETED -> Finished.WRITTEN;
            case STORED_SOME_LEFT -> swept(set.queue());
            case ID_TAKEN -> Finished.ID_TAKEN;
            case LOCK_HELD -> Finished.LOCK_HELD;
            default -> Finished.NOT_STAGED;
        };
    }

    /** Deletes at once what is left of the members; what fails here is done by whoever sweeps next. */
    private Finished swept(String queue) {
        var sweep = sweepCall(queue, CHUNK);
        Reply deleted;
        do {
            deleted = redis.reply(sweep);
        } while (deleted instanceof Reply.Int count && count.value() == CHUNK);
        if (deleted instanceof Reply.Failed failed) {
            log.debug("aggregated tasks of queue {} are deleted later: {}", queue, failed.message());
        }
        return Finished.WRITTEN;
    }

    @Override
    public boolean giveBack(AggregationSet set, Instant now) {
        var key = Keys.aggregationSet(set.queue(), set.group(), set.id());
        var call = returnCall(set.queue(), key, now, CHUNK);
        var first = redis.run(call).items();
        for (var reply = first; reply.get(1).integer() == CHUNK; ) {
            reply = redis.run(call).items();
        }
        return first.get(0).integer() == 1;
    }

    @Override
    public Reclaimed reclaim(String queue, Instant now, int limit) {
        var reply = ask(queue, now, returnCall(queue, "", now, limit));
        if (reply == null) {
            return new Reclaimed(0, null);
        }
        var reclaimed = reply.items();
        int moved = (int) reclaimed.get(1).integer();
        long dropped = reclaimed.get(3).integer();
        if (dropped > 0) {
            log.warn("dropped {} ids without a task from aggregation sets of queue {}", dropped, queue);
        }
        return new Reclaimed(moved, Scores.instant(reclaimed.get(2)));
    }

    @Override
    public int sweep(String queue, int limit) {
        var reply = ask(queue, Instant.EPOCH, sweepCall(queue, limit));
        return reply == null ? 0 : (int) reply.integer();
    }

    private static Call returnCall(String queue, String set, Instant now, int limit) {
        return Call.of(Scripts.RETURN_SET)
                .key(Keys.groups(queue))
                .key(Keys.aggregationSets(queue))
                .arg(Keys.taskPrefix(queue))
                .arg(Keys.groupPrefix(queue))
                .arg(now.getEpochSecond())
                .arg(limit)
                .arg(set)
                .build();
    }

    private static Call sweepCall(String queue, int limit) {
        return Call.of(Scripts.SWEEP_SET)
                .key(Keys.aggregated(queue))
                .arg(Keys.taskPrefix(queue))
                .arg(limit)
                .build();
    }

    /** The reply to {@code call}; null when a key of its queue is of a foreign type. That is no outage. */
    private @Nullable Reply ask(String queue, Instant now, Call call) {
        var reply = redis.run(List.of(call)).get(0);
        var why = RedisError.foreignType(reply);
        trouble.report("groups cannot be looked after in queue " + queue, why, now);
        return why.isEmpty() ? Redis.usable(reply) : null;
    }
}
