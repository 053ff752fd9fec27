package io.asynq4j.spi;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What somebody has to do for the tasks to go on. Any server may do it for any queue, several at a time. */
public interface Upkeep {
    /**
     * Moves tasks that are due from scheduled and retry to pending, or to their group, earliest first.
     *
     * @param limit most tasks to move in this call, at least 1
     */
    Forwarded forward(String queue, Instant now, int limit);

    /**
     * Attempts whose lease had expired at {@code cutoff} or before, earliest first. Reads only. Leases without a readable
     * record are set aside and not listed.
     *
     * @param limit most attempts to list, at least 1
     */
    Expired expired(String queue, Instant cutoff, int limit);

    /**
     * Deletes completed tasks whose retention was over at {@code now}.
     *
     * @param limit most tasks to delete in this call, at least 1
     * @return how many were deleted
     */
    int deleteExpired(String queue, Instant now, int limit);

    /**
     * Deletes archived tasks that are beyond {@code limits} at {@code now}, the oldest first; their unique locks are released.
     *
     * @param limit most tasks to delete in this call, at least 1
     * @return how many were deleted
     */
    int trimArchive(String queue, ArchiveLimits limits, Instant now, int limit);

    /**
     * Mends active tasks that no lease protects, which other programs can leave behind and nobody would ever recover: they
     * get a lease that expires at {@code now}, or are dropped where there is no record.
     *
     * @param limit most active tasks to look at in this call, at least 1; those that were fetched longest ago
     * @return how many were mended or dropped
     */
    int repair(String queue, Instant now, int limit);

    /**
     * What a call of {@link #forward} did.
     *
     * @param moved how many tasks
     * @param nextDue when the earliest of those that still wait is due; null when none waits
     */
    record Forwarded(int moved, @Nullable Instant nextDue) {}

    /**
     * What a call of {@link #expired} found.
     *
     * @param attempts the expired ones
     * @param nextExpiry when the earliest of the others expires; null when there is none
     */
    record Expired(List<Lapsed> attempts, @Nullable Instant nextExpiry) {
        /** Copies the list. */
        public Expired {
            attempts = List.copyOf(attempts);
        }

        /** The leases of the attempts. */
        public List<Lease> leases() {
            return attempts.stream().map(Lapsed::lease).toList();
        }
    }

    /**
     * An attempt whose worker seems to be gone.
     *
     * @param lease as it was
     * @param crashes how many attempts in a row before this one ended like that, as far as is known
     */
    record Lapsed(Lease lease, int crashes) {}
}
