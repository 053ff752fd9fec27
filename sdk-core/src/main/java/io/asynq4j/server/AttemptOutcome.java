package io.asynq4j.server;

/** What an attempt at a task has come to, as the broker has it. */
public enum AttemptOutcome {
    /** The task has succeeded. */
    COMPLETED,

    /** It has failed, and is tried again. */
    RETRIED,

    /** It has failed for good. */
    ARCHIVED,

    /** Its handler had it deleted. */
    REVOKED,

    /** Its handler had it put off, without using up a retry. */
    SNOOZED,

    /** The server was closed, and has given it back. */
    RELEASED,

    /** It was taken from this server, which had given no sign of life for too long: what its handler came to is not used. */
    LOST
}
