package io.asynq4j.redis;

import io.asynq4j.redis.keys.Keys;
import io.asynq4j.redis.port.Call;
import io.asynq4j.spi.Demand;
import io.asynq4j.spi.Seconds;
import java.util.List;

/** The calls that fetch, of all queues in one or of each by itself. */
final class FetchCalls {
    private FetchCalls() {}

    static Call fetch(Demand demand, List<Demand.Share> shares) {
        var call = Call.of(Scripts.FETCH).arg(Seconds.up(demand.leaseUntil())).arg(demand.attempt());
        for (var share : shares) {
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

    static Call fetched(Demand demand, List<Demand.Share> shares) {
        var call = Call.of(Scripts.FETCHED).arg(Seconds.up(demand.leaseUntil())).arg(demand.attempt());
        for (var share : shares) {
            call.key(Keys.active(share.queue())).key(Keys.lease(share.queue())).arg(Keys.taskPrefix(share.queue()));
        }
        return call.build();
    }
}
