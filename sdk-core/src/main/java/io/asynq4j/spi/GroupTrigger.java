package io.asynq4j.spi;

/**
 * When a group is due to be aggregated: when it has so many members, or the oldest has waited so long, or none has joined for
 * so long. Counted in whole seconds, as the times at which members joined are.
 *
 * @param graceSeconds how long nobody has joined
 * @param maxDelaySeconds how long the oldest member has waited; 0 for no such limit
 * @param maxSize how many members there are, and how many are aggregated at a time, the oldest; 0 for no such limit
 */
public record GroupTrigger(long graceSeconds, long maxDelaySeconds, int maxSize) {
    /** Checks. */
    public GroupTrigger {
        if (graceSeconds < 1 || maxDelaySeconds < 0 || maxSize < 0) {
            throw new IllegalArgumentException("no such trigger: grace " + graceSeconds + " s, max delay "
                    + maxDelaySeconds + " s, max size " + maxSize);
        }
    }
}
