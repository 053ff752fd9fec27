package io.asynq4j.redis;

import io.asynq4j.redis.keys.Keys;
import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.Reply;
import io.asynq4j.spi.AggregationSet;
import io.asynq4j.spi.Grouping.Finished;
import io.asynq4j.spi.Placement;
import java.time.Instant;
import java.util.List;

/** What is asked of Redis to store a task in place of a set. */
final class FinishCalls {
    private final AggregationSet set;
    private final int members;
    private final Placement task;
    private final Instant now;

    FinishCalls(AggregationSet set, int members, Placement task, Instant now) {
        this.set = set;
        this.members = members;
        this.task = task;
        this.now = now;
    }

    /** Makes the queue known, and does it. */
    List<Call> calls() {
        var queue = set.queue();
        var script = Call.of(Scripts.FINISH_SET)
                .key(Keys.pending(queue))
                .key(Keys.scheduled(queue))
                .key(Keys.groups(queue))
                .key(Keys.aggregationSets(queue))
                .key(key())
                .key(Keys.aggregated(queue))
                .key(Keys.aggregated(queue, set.id()))
                .arg(Keys.taskPrefix(queue))
                .arg(Keys.groupPrefix(queue))
                .arg(now.getEpochSecond())
                .arg(members)
                .arg(RedisGrouping.CHUNK);
        SubmitChunk.append(task, script);
        return List.of(Call.of("SADD").key(Keys.QUEUES).arg(queue).build(), script.build());
    }

    /** Asks what became of it, where no answer came: it is not sent again. */
    List<Call> lookup() {
        return List.of(
                Call.of("ZSCORE")
                        .key(Keys.aggregationSets(set.queue()))
                        .arg(key())
                        .build(),
                Call.of("EXISTS")
                        .key(Keys.task(set.queue(), task.message().id()))
                        .build());
    }

    /**
     * What the replies to {@link #lookup} say. A task that has the id of its set can only come from it. One with an id of its
     * own could be another's, but then the set would still be staged, or be back in its group, and is not lost either way.
     */
    Finished found(List<Reply> replies) {
        if (!replies.get(0).isNil()) {
            return Finished.UNKNOWN;
        }
        return replies.get(1) instanceof Reply.Int there && there.value() == 1 ? Finished.WRITTEN : Finished.NOT_STAGED;
    }

    private String key() {
        return Keys.aggregationSet(set.queue(), set.group(), set.id());
    }
}
