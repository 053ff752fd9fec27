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
     *     when their leases have lapsed, unless {@link #fetched} finds them before
     */
    List<Lease> fetch(Demand demand);

    /**
     * What a {@link #fetch} that got no answer has moved: the active tasks whose attempt has the name in {@code demand}, their
     * leases extended as it says. Nothing else is moved, and asking twice answers the same.
     *
     * @throws io.asynq4j.task.BrokerUnavailableException when no answer came
     */
    List<Lease> fetched(Demand demand);
}
