package io.asynq4j.spi;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;

/**
 * Finding what is wrong with a queue, and mending it. This looks at everything there is, in bounded steps; nothing else does
 * that, so it is for people to ask for. Stages fail with {@link io.asynq4j.task.BrokerUnavailableException} when no answer came.
 */
public interface Examination {
    /** The most findings that are told at a time. */
    int MOST = 10_000;

    /**
     * Looks for what is wrong with a queue, which may be at work: what is told was so at one moment. Fails with
     * {@link io.asynq4j.task.QueueNotFoundException} when the queue is not known.
     *
     * @param looked told how many things were looked at, after each step, on the broker's thread
     * @return at most {@value #MOST} findings, each once
     */
    CompletionStage<List<Finding>> examine(String queue, LongConsumer looked, Instant now);

    /**
     * Mends what was found, if it is still so. Nothing but that is touched.
     *
     * @return whether it was mended; false for what is not so any more, and for what only people can mend
     */
    CompletionStage<Boolean> mend(Finding finding, Instant now);
}
