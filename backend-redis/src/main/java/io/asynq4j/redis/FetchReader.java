package io.asynq4j.redis;

import io.asynq4j.redis.port.Reply;
import io.asynq4j.spi.Demand;
import io.asynq4j.spi.Lease;
import java.util.Collection;
import java.util.List;
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

    /** Reads ids and messages, {@code from} some place on. */
    void read(String queue, List<Reply> found, int from, Demand demand, List<Lease> leases) {
        for (int i = from; i < found.size(); i += 2) {
            var message = quarantine.readable(queue, found.get(i), found.get(i + 1), demand.now());
            if (message != null) {
                leases.add(new Lease(message, demand.attempt(), demand.leaseUntil()));
            }
        }
    }
}
