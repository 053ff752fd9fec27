package io.asynq4j.spi;

import java.util.List;

/** Handing out pending tasks. */
public interface Fetching {
    /**
     * Moves pending tasks to active, each under a lease, and answers them; oldest first within a queue, never more than
     * wanted, and none when there are none. Entries without a readable record are not handed out: they are dropped or set
     * aside, and the fetch goes on to the next.
     *
     * @throws io.asynq4j.task.BrokerUnavailableException when no answer came; tasks may then have been moved, and come back
     *     when their leases have lapsed
     */
    List<Lease> fetch(Demand demand);
}
