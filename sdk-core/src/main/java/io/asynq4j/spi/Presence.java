package io.asynq4j.spi;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Showing that a server lives, and that its attempts do. */
public interface Presence {
    /**
     * Moves the expiry of leases that are still held. One that was destroyed, while its task is still active in the attempt's
     * name, is made anew; while something else lies where a queue has its leases, its attempts count as held, since nobody
     * can take them.
     *
     * @return those that are not held any more: their tasks belong to somebody else, or to nobody
     */
    List<Lease> extend(List<Lease> leases, Instant expiresAt);

    /**
     * Publishes what a server is doing, for people and tools; it is forgotten {@code ttl} after {@code now}. Makes the
     * server's queues known again, should somebody have removed them.
     */
    void announce(ServerInfo server, List<WorkerInfo> workers, Instant now, Duration ttl);

    /** Takes back what the server has announced. */
    void leave(ServerInfo server);
}
