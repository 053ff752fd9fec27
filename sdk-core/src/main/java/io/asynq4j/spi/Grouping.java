package io.asynq4j.spi;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Making the members of a group into one task. A member is in its group, or in one set that is being aggregated, or has become
 * part of a task and is gone; each step between these is one and whole.
 *
 * <pre>
 *   group ──stage──► set ──finish──► one task, members gone
 *     ▲               │
 *     └──giveBack─────┘ or reclaim, after the set's deadline
 * </pre>
 */
public interface Grouping {
    /**
     * Looks at some of a queue's groups. Reads only.
     *
     * @param cursor where to go on; {@link Due#START} to start, then {@link Due#cursor} of the answer before
     * @param limit about how many groups to look at, at least 1; a group can be named twice while others come and go
     */
    Due dueGroups(String queue, GroupTrigger trigger, Instant now, String cursor, int limit);

    /**
     * Moves the members of the set's group, the oldest if there is a limit, to the set, if the group is due at {@code now}.
     *
     * @param set a new one
     */
    Staged stage(AggregationSet set, GroupTrigger trigger, Instant now);

    /**
     * The members of a set, those that joined first in front; asked for in pages. Members without a readable record are dropped
     * or set aside, so there can be none. Empty when the set is not staged any more at {@code now}.
     */
    Optional<List<TaskMessage>> members(AggregationSet set, Instant now);

    /**
     * Stores a task in place of a set's members, if the set is still staged and its deadline has not passed at {@code now}: the
     * task is placed as any other, the members are deleted and their unique locks released. A lock that a member holds can go
     * over to the task.
     *
     * <p>Asking again is safe: it is done once at most.
     *
     * @param members how many there are
     * @throws io.asynq4j.task.BrokerUnavailableException when the broker refused, and nothing has changed
     */
    Finished finish(AggregationSet set, int members, Placement task, Instant now);

    /**
     * Moves the members of a set back to their group, which is known then, with the times at which they joined. From then on the
     * set cannot be finished. What this leaves undone, for want of an answer, {@link #reclaim} does.
     *
     * @return whether it was still staged
     */
    boolean giveBack(AggregationSet set, Instant now);

    /**
     * Like {@link #giveBack} for sets whose deadline has passed at {@code now}, whoever has staged them.
     *
     * @param limit most members to move in this call, at least 1
     */
    Reclaimed reclaim(String queue, Instant now, int limit);

    /**
     * Deletes members of finished sets that whoever finished them has left to be deleted.
     *
     * @param limit most members to delete in this call, at least 1
     * @return how many were deleted
     */
    int sweep(String queue, int limit);

    /**
     * What a look at groups has found.
     *
     * @param groups those that are due
     * @param nextDue when the earliest of the others that were looked at is due if nobody joins; null when there is none
     * @param cursor where to go on; {@link #START} when that was all
     */
    record Due(List<String> groups, @Nullable Instant nextDue, String cursor) {
        /** Before the first group, and after the last. */
        public static final String START = "0";

        /** Copies the list. */
        public Due {
            groups = List.copyOf(groups);
        }

        /** Whether there is nothing to go on with. */
        public boolean isLast() {
            return cursor.equals(START);
        }
    }

    /**
     * What came of staging.
     *
     * @param members how many are in the set now; 0 when the group was not due
     * @param nextDue when the group is due again if nobody joins; null when it has no members
     */
    record Staged(int members, @Nullable Instant nextDue) {}

    /** What came of finishing. */
    enum Finished {
        /** The task is there, and the members are gone. */
        WRITTEN,
        /** Refused, nothing changed: the queue has a task of this id. */
        ID_TAKEN,
        /** Refused, nothing changed: somebody else holds the unique lock. */
        LOCK_HELD,
        /** Refused: the set is not staged any more, or its members are others, or its deadline has passed. */
        NOT_STAGED,
        /** No answer came, and when it was last looked for the set was still staged, or that got no answer either. */
        UNKNOWN
    }

    /**
     * What a call of {@link #reclaim} did.
     *
     * @param members how many were moved; as many as the limit when there may be more to do
     * @param nextDeadline the earliest deadline of the sets that are still staged; null when there is none
     */
    record Reclaimed(int members, @Nullable Instant nextDeadline) {}
}
