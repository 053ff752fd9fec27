package io.asynq4j.redis;

import io.asynq4j.redis.keys.Keys;
import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.Reply;
import io.asynq4j.spi.Demand;
import io.asynq4j.spi.Fetching;
import io.asynq4j.spi.Lease;
import io.asynq4j.spi.Seconds;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands out pending tasks of several queues in one call. */
final class RedisFetching implements Fetching {
    private static final Logger log = LoggerFactory.getLogger(RedisBroker.class);

    private final Redis redis;
    private final Quarantine quarantine;
    private final Trouble trouble = new Trouble(log);

    RedisFetching(Redis redis, Quarantine quarantine) {
        this.redis = redis;
        this.quarantine = quarantine;
    }

    @Override
    public List<Lease> fetch(Demand demand) {
        var takes = redis.run(call(demand)).items();
        var leases = new ArrayList<Lease>(demand.wanted());
        var troubles = new TreeSet<String>();
        for (var take : takes) {
            read(take.items(), demand, leases, troubles);
        }
        trouble.report("tasks cannot be fetched", troubles);
        return leases;
    }

    @Override
    public List<Lease> fetched(Demand demand) {
        var call = Call.of(Scripts.FETCHED).arg(Seconds.up(demand.leaseUntil())).arg(demand.attempt());
        for (var share : demand.shares()) {
            call.key(Keys.active(share.queue())).key(Keys.lease(share.queue())).arg(Keys.taskPrefix(share.queue()));
        }
        var queues = redis.run(call.build()).items();
        var leases = new ArrayList<Lease>();
        for (int i = 0; i < queues.size(); i++) {
            read(demand.shares().get(i).queue(), queues.get(i).items(), 0, demand, leases);
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

    /** Reads what one queue gave at a time. */
    private void read(List<Reply> found, Demand demand, List<Lease> leases, Collection<String> troubles) {
        var queue = demand.shares().get((int) found.get(0).integer() - 1).queue();
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
    private void read(String queue, List<Reply> found, int from, Demand demand, List<Lease> leases) {
        for (int i = from; i < found.size(); i += 2) {
            var message = quarantine.readable(queue, found.get(i), found.get(i + 1), demand.now());
            if (message != null) {
                leases.add(new Lease(message, demand.attempt(), demand.leaseUntil()));
            }
        }
    }
}
