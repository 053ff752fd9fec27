package io.asynq4j.server;

/**
 * What a server is doing. It moves along the arrows, and never back.
 *
 * <pre>
 *   NEW ──► RUNNING ──► QUIET ──► DRAINING ──► CLOSED
 *    │         └────────────────────▲             ▲
 *    └────────────────────────────────────────────┘
 * </pre>
 */
public enum ServerState {
    /** Not started. */
    NEW("new"),
    /** Fetching and working. */
    RUNNING("active"),
    /** Working off what it has, and fetching nothing more. */
    QUIET("stopped"),
    /** Closing: waiting for its handlers. */
    DRAINING("closed"),
    /** Closed, for good. */
    CLOSED("closed");

    private final String status;

    ServerState(String status) {
        this.status = status;
    }

    /** The word that asynq's tools know it by. */
    String status() {
        return status;
    }
}
