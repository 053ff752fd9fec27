package io.asynq4j.spi;

import io.asynq4j.task.EnqueueOutcome;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Taking in new tasks. */
public interface Submission {
    /**
     * Stores the tasks, each of them whole or not at all, and makes their queues known.
     *
     * <p>The outcomes are in the order of the placements. A task whose lock is held is refused as a duplicate, else one whose
     * id is taken as a conflict; a refused task leaves nothing behind, no lock either. Where no answer came, the reason is a
     * {@link io.asynq4j.task.BrokerUnavailableException}. The stage itself does not fail, and completes on a thread of the
     * driver, which must not be blocked.
     */
    CompletionStage<List<EnqueueOutcome>> submit(List<Placement> placements);
}
