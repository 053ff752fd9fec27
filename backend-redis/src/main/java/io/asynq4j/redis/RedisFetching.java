package io.asynq4j.redis;

import io.asynq4j.redis.keys.Keys;
import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.Reply;
import io.asynq4j.spi.Demand;
import io.asynq4j.spi.Fetching;
import io.asynq4j.spi.Lease;
import io.asynq4j.spi.Seconds;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands out pending tasks of several queues in one call. */
final class RedisFetching implements Fetching {
    private static final Logger log = LoggerFactory.getLogger(RedisBroker.class);

    private final Redis redis;
    private final Quarantine quarantine;

    RedisFetching(Redis redis, Quarantine quarantine) {
        this.redis = redis;
        this.quarantine = quarantine;
    }

    @Override
    public List<Lease> fetch(Demand demand) {
        var queues = redis.run(call(demand)).items();
        var leases = new ArrayList<Lease>(demand.wanted());
        for (int i = 0; i < queues.size(); i++) {
            read(demand.shares().get(i).queue(), queues.get(i).items(), demand, leases);
        }
        return leases;
    }

    private static Call call(Demand demand) {
        var call = Call.of(Scripts.FETCH).arg(Seconds.up(demand.leaseUntil())).arg(demand.attempt());
        for (var share : demand.shares()) {
            var queue = share.queue();
            call.key(Keys.pending(queue))
                    .key(Keys.paused(queue))
                    .key(Keys.active(queue))
                    .key(Keys.lease(queue))
                    .arg(Keys.taskPrefix(queue))
                    .arg(share.tasks());
        }
        return call.build();
    }

    private void read(String queue, List<Reply> found, Demand demand, List<Lease> leases) {
        long dropped = found.get(0).integer();
        if (dropped > 0) {
            log.warn("dropped {} ids without a task from the pending list of queue {}", dropped, queue);
        }
        for (int i = 1; i < found.size(); i += 2) {
            var message = quarantine.readable(queue, found.get(i), found.get(i + 1), demand.leaseUntil());
            if (message != null) {
                leases.add(new Lease(message, demand.attempt(), demand.leaseUntil()));
            }
        }
    }
}
