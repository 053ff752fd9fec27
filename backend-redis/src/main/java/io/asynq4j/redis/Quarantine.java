package io.asynq4j.redis;

import io.asynq4j.redis.keys.Keys;
import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.Reply;
import io.asynq4j.redis.wire.Wire;
import io.asynq4j.redis.wire.WireException;
import io.asynq4j.spi.TaskMessage;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the messages of active tasks, and archives those that cannot be read, so that they hold up nobody. One that could not
 * be archived keeps its lease, and is met again when that has expired.
 */
final class Quarantine {
    private static final Logger log = LoggerFactory.getLogger(RedisBroker.class);

    private final Redis redis;

    Quarantine(Redis redis) {
        this.redis = redis;
    }

    /**
     * The message of the active task {@code id}; null when it cannot be read, or is another task's, and was archived.
     *
     * @param at the time to archive it under
     */
    @Nullable
    TaskMessage readable(String queue, Reply id, Reply bytes, Instant at) {
        try {
            var message = Wire.decode(bytes.bytes());
            if (message.queue().equals(queue) && message.id().equals(id.text())) {
                return message;
            }
            setAside(queue, id, at, "the message is that of another task");
        } catch (WireException unreadable) {
            setAside(queue, id, at, "the message cannot be read: " + unreadable.getMessage());
        }
        return null;
    }

    private void setAside(String queue, Reply id, Instant at, String why) {
        var reply = redis.reply(Call.of(Scripts.SET_ASIDE)
                .key(Keys.active(queue))
                .key(Keys.lease(queue))
                .key(Keys.archived(queue))
                .key(Keys.task(queue, id.text()))
                .arg(id.bytes())
                .arg(at.getEpochSecond())
                .arg(why)
                .build());
        if (reply instanceof Reply.Failed failed) {
            log.warn("task {} of queue {} could not be archived: {}; {}", id.text(), queue, failed.message(), why);
        } else {
            log.warn("archived task {} of queue {} as it is: {}", id.text(), queue, why);
        }
    }
}
