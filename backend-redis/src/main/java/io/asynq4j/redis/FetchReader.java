package io.asynq4j.redis;

import io.asynq4j.redis.port.Reply;
import io.asynq4j.spi.Demand;
import io.asynq4j.spi.Lease;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what the scripts that fetch have answered. */
final class FetchReader {
    private static final Logger log = LoggerFactory.getLogger(RedisBroker.class);

    private final Quarantine quarantine;

    FetchReader(Quarantine quarantine) {
        this.quarantine = quarantine;
    }

    /** Reads what one queue gave at a time: after its position either an error, or how many ids were dropped, and tasks. */
    void read(String queue, List<Reply> found, Demand demand, List<Lease> leases, Collection<String> troubles) {
        if (found.get(1) instanceof Reply.Bytes error) {
            troubles.add("queue " + queue + ": " + RedisError.explained(error.text()));
            return;
        }
        long dropped = found.get(1).integer();
        if (dropped > 0) {
            log.warn("dropped {} ids without a task from the pending list of queue {}", dropped, queue);
        }
        read(queue, found, 2, demand, leases);
    }

    /** Reads ids, messages and waits, {@code from} some place on. */
    void read(String queue, List<Reply> found, int from, Demand demand, List<Lease> leases) {
        for (int i = from; i < found.size(); i += 3) {
            var message = quarantine.readable(queue, found.get(i), found.get(i + 1), demand.now());
            if (message != null) {
                var since = instant(found.get(i + 2).text());
                leases.add(new Lease(message, demand.attempt(), demand.leaseUntil(), since));
            }
        }
    }

    /** What unix nanoseconds say; null where they are none, which costs nobody more than a measure. */
    private static @Nullable Instant instant(String nanos) {
        try {
            return nanos.isEmpty() ? null : Instant.ofEpochSecond(0, Long.parseLong(nanos));
        } catch (NumberFormatException foreign) {
            return null;
        }
    }
}
