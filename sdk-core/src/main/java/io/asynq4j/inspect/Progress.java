package io.asynq4j.inspect;

/** Told how far something has got that takes many steps. Called on the broker's I/O thread: it must not block. */
@FunctionalInterface
public interface Progress {
    /** Nobody wants to know. */
    Progress IGNORED = (done, total) -> {};

    /**
     * Called after each step.
     *
     * @param done how many tasks have been looked at so far
     * @param total how many there were when it began
     */
    void reached(long done, long total);
}
