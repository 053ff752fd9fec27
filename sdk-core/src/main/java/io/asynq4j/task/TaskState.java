package io.asynq4j.task;

import java.util.Locale;

/**
 * Where a task is. It is in exactly one of these at any moment.
 *
 * <pre>
 *   (new) ──► SCHEDULED ──► PENDING ◄──► ACTIVE ──► COMPLETED ──► (gone)
 *     │           │            ▲            │
 *     │           ▼            │            ├──► RETRY ──► PENDING
 *     └──────► AGGREGATING ────┘            ├──► ARCHIVED
 *                                           └──► (gone)
 * </pre>
 */
public enum TaskState {
    /** Being worked on, under a lease. */
    ACTIVE,
    /** Ready to run. */
    PENDING,
    /** Not due yet. */
    SCHEDULED,
    /** Failed, and waiting for its next attempt. */
    RETRY,
    /** Failed for good, and kept for people to look at. */
    ARCHIVED,
    /** Succeeded, and kept for its retention. */
    COMPLETED,
    /** Waiting in a group to be aggregated into one task. */
    AGGREGATING;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** The state's name in Redis, in logs and in asynq's tools, such as {@code "pending"}. */
    public String word() {
        return word;
    }
}
