package io.asynq4j.testing;

import io.asynq4j.spi.Examination;
import io.asynq4j.spi.Finding;
import io.asynq4j.spi.Inspection;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;

/** Nobody else has a hand in memory, so there is nothing wrong. */
final class MemoryExamination implements Examination {
    private final Inspection inspection;

    MemoryExamination(Inspection inspection) {
        this.inspection = inspection;
    }

    @Override
    public CompletionStage<List<Finding>> examine(String queue, LongConsumer looked, Instant now) {
        return inspection.queue(queue, now).thenApply(info -> {
            looked.accept(info.size());
            return List.of();
        });
    }

    @Override
    public CompletionStage<Boolean> mend(Finding finding, Instant now) {
        return CompletableFuture.completedFuture(false);
    }
}
