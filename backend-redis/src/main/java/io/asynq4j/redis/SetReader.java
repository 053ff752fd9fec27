package io.asynq4j.redis;

import io.asynq4j.redis.keys.Keys;
import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.Reply;
import io.asynq4j.redis.wire.Wire;
import io.asynq4j.redis.wire.WireException;
import io.asynq4j.spi.AggregationSet;
import io.asynq4j.spi.TaskMessage;
import io.asynq4j.task.BrokerUnavailableException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the members of aggregation sets in pages, and archives those that cannot be read, so that they hold up nobody. */
final class SetReader {
    /** How many members a page has. */
    static final int PAGE = 200;

    private static final Logger log = LoggerFactory.getLogger(RedisBroker.class);

    private final Redis redis;

    SetReader(Redis redis) {
        this.redis = redis;
    }

    Optional<List<TaskMessage>> members(AggregationSet set, Instant now) {
        var members = new ArrayList<TaskMessage>();
        long found;
        do {
            var reply = redis.run(page(set, members.size(), now)); // those that are not readable have left the set
            if (reply.isNil()) {
                return Optional.empty();
            }
            var items = reply.items();
            long dropped = items.get(0).integer();
            if (dropped > 0) {
                log.warn("dropped {} ids without a task from a group of queue {}", dropped, set.queue());
            }
            for (int i = 1; i < items.size(); i += 2) {
                read(set, items.get(i), items.get(i + 1), now, members);
            }
            found = dropped + items.size() / 2;
        } while (found == PAGE);
        return Optional.of(members);
    }

    private static Call page(AggregationSet set, int known, Instant now) {
        return Call.of(Scripts.READ_SET)
                .key(Keys.aggregationSets(set.queue()))
                .key(Keys.aggregationSet(set.queue(), set.group(), set.id()))
                .arg(Keys.taskPrefix(set.queue()))
                .arg(now.getEpochSecond())
                .arg(known)
                .arg(PAGE)
                .build();
    }

    private void read(AggregationSet set, Reply id, Reply bytes, Instant now, List<TaskMessage> members) {
        try {
            var message = Wire.decode(bytes.bytes());
            if (message.queue().equals(set.queue()) && message.id().equals(id.text())) {
                members.add(message);
            } else {
                setAside(set, id, now, "the message is that of another task");
            }
        } catch (WireException unreadable) {
            setAside(set, id, now, "the message cannot be read: " + unreadable.getMessage());
        }
    }

    /** @throws BrokerUnavailableException when it is still a member, which the others cannot do without */
    private void setAside(AggregationSet set, Reply id, Instant now, String why) {
        redis.run(Call.of(Scripts.SET_ASIDE_MEMBER)
                .key(Keys.aggregationSet(set.queue(), set.group(), set.id()))
                .key(Keys.archived(set.queue()))
                .key(Keys.task(set.queue(), id.text()))
                .arg(id.bytes())
                .arg(now.getEpochSecond())
                .arg(why)
                .build());
        log.warn("archived task {} of queue {} as it is: {}", id.text(), set.queue(), why);
    }
}
