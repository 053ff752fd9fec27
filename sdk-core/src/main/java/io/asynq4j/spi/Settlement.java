package io.asynq4j.spi;

import java.time.Instant;
import java.util.List;

/** Taking back tasks that were handed out. */
public interface Settlement {
    /**
     * Writes how attempts ended, each one whole or not at all.
     *
     * @param now for counters of the day, times of failure and retention
     * @return in the order of {@code endings}; {@code UNKNOWN} where the broker did not answer, so nothing is thrown for that
     */
    List<Settled> settle(List<Ending> endings, Instant now);

    /**
     * Like {@link #settle} for attempts whose worker is gone: written only if the lease has expired at {@code cutoff} or
     * before, which is checked again in the same step. A task that is retried this way has crashed once more in a row; any
     * other end of an attempt sets that count back.
     */
    List<Settled> recover(List<Ending> endings, Instant cutoff, Instant now);
}
