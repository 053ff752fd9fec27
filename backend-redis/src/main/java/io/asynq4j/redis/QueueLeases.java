package io.asynq4j.redis;

import io.asynq4j.redis.port.Reply;
import io.asynq4j.spi.Lease;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/** Leases of one queue, which a script is asked about, and answers by their positions. */
record QueueLeases(String queue, List<Lease> leases) {
    /** The leases, by queue; both in the order in which they first come. */
    static List<QueueLeases> of(List<Lease> leases) {
        var byQueue = new LinkedHashMap<String, List<Lease>>();
        leases.forEach(lease -> byQueue.computeIfAbsent(lease.queue(), queue -> new ArrayList<>())
                .add(lease));
        return byQueue.entrySet().stream()
                .map(held -> new QueueLeases(held.getKey(), held.getValue()))
                .toList();
    }

    /**
     * Those that a script has named.
     *
     * @param positions from 1; not ids, since two attempts at one task can be asked about at once
     */
    List<Lease> at(Reply positions) {
        return positions.items().stream()
                .map(position -> leases.get((int) position.integer() - 1))
                .toList();
    }
}
