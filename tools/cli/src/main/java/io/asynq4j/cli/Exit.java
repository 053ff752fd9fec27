package io.asynq4j.cli;

/** What the program ends with. Part of what it promises: scripts look at these. */
final class Exit {
    static final int OK = 0;
    /** Something failed, or went wrong for some of what was asked. */
    static final int FAILED = 1;
    /** The command line, the configuration or a value cannot be. */
    static final int USAGE = 2;
    /** There is no such queue, task or entry. */
    static final int NOT_FOUND = 3;
    /** Redis cannot be reached, refuses the login, or does not answer. */
    static final int UNREACHABLE = 4;
    /** What is there does not allow it: a task's state, a queue that is not empty, an id or lock that is taken. */
    static final int CONFLICT = 5;
    /** Somebody was asked, and did not say yes. */
    static final int DECLINED = 6;
    /** It took longer than it was allowed to. */
    static final int TIMEOUT = 7;

    private Exit() {}
}
