package io.asynq4j.spi;

import java.time.Instant;

/**
 * How an attempt ends for the broker. Made by the settler, or by the recoverer for a worker that is gone. Where a task is
 * retried, archived or completed, the headers of the lease's message replace those that its record had.
 */
public sealed interface Ending {
    /** The attempt that ends. */
    Lease lease();

    /** The task is done: deleted, its lock released, and counted as processed. */
    record Done(Lease lease) implements Ending {}

    /** The task is done and kept, lock released, counted as processed, until its retention is over. Retention is above 0. */
    record Completed(Lease lease) implements Ending {}

    /**
     * The attempt failed and there will be another. The lock stays.
     *
     * @param due when; a fraction of a second is rounded up
     * @param error text for people
     * @param counted whether a retry is used up and the failure counted
     */
    record Retried(Lease lease, Instant due, String error, boolean counted) implements Ending {}

    /**
     * The attempt failed and was the last. The task is kept for people, within the limits of its queue's archive; archiving
     * drops those beyond, and never the one that is archived. The lock stays until its time is over or the task is dropped.
     *
     * @param error text for people
     * @param limits what is kept
     */
    record Archived(Lease lease, String error, ArchiveLimits limits) implements Ending {
        /** With the limits that asynq has. */
        public Archived(Lease lease, String error) {
            this(lease, error, ArchiveLimits.DEFAULT);
        }
    }

    /**
     * The task is to run again later, as if it had not been fetched: scheduled, with nothing counted and no retry used up. The
     * lock stays. If it has a group, it joins that when it is due.
     *
     * @param due when; a fraction of a second is rounded up
     */
    record Snoozed(Lease lease, Instant due) implements Ending {}

    /** The task goes back to the front of its queue as if it had not been fetched. */
    record Released(Lease lease) implements Ending {}
}
