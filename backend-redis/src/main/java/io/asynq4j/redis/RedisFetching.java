package io.asynq4j.redis;

import io.asynq4j.spi.Demand;
import io.asynq4j.spi.Fetching;
import io.asynq4j.spi.Lease;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands out pending tasks of several queues in one call. */
final class RedisFetching implements Fetching {
    private static final Logger log = LoggerFactory.getLogger(RedisBroker.class);

    private final Redis redis;
    private final FetchReader reader;
    private final Trouble trouble = new Trouble(log);

    RedisFetching(Redis redis, FetchReader reader) {
        this.redis = redis;
        this.reader = reader;
    }

    @Override
    public List<Lease> fetch(Demand demand) {
        var takes = redis.run(FetchCalls.fetch(demand, demand.shares())).items();
        var leases = new ArrayList<Lease>(demand.wanted());
        var troubles = new TreeSet<String>();
        for (var take : takes) {
            var found = take.items();
            var queue = demand.shares().get((int) found.get(0).integer() - 1).queue();
            reader.read(queue, found, demand, leases, troubles);
        }
        trouble.report("tasks cannot be fetched", troubles, demand.now());
        return leases;
    }

    @Override
    public List<Lease> fetched(Demand demand) {
        var queues = redis.run(FetchCalls.fetched(demand, demand.shares())).items();
        var leases = new ArrayList<Lease>();
        for (int i = 0; i < queues.size(); i++) {
            reader.read(demand.shares().get(i).queue(), queues.get(i).items(), 0, demand, leases);
        }
        return leases;
    }
}
