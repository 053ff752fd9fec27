package io.asynq4j.spi;

/** What can be wrong with a queue, after crashes of other programs, evictions, and people's hands. */
public enum Ailment {
    /** A place names a task that has no record: it will never run. Mended by dropping the name. */
    DANGLING_ID(true),
    /** A task lies in a place that is not that of its state, beside its right one or instead of it. Mended by taking it out there. */
    MISPLACED(true),
    /** An active task has no lease: nobody would ever recover it. Mended by giving it one that has expired. */
    NO_LEASE(true),
    /** A task's record is in no place: nobody will ever find it. Mended by putting it to the place of its state. */
    LOST_TASK(true),
    /** A unique lock whose task is gone: others like that are refused until its time is over. Mended by releasing it. */
    LEAKED_LOCK(true),
    /** Members wait in a group that no aggregator knows. Mended by making it known. */
    LOST_GROUP(true),
    /** Something else lies where a part of a queue is to be. People have to look at it. */
    FOREIGN_KEY(false),
    /** Clocks differ: times are those of whoever writes them. */
    CLOCK(false),
    /** The broker is set up in a way that endangers tasks. */
    SETUP(false);

    private final boolean mendable;

    Ailment(boolean mendable) {
        this.mendable = mendable;
    }

    /** Whether a broker can mend it. */
    public boolean isMendable() {
        return mendable;
    }
}
