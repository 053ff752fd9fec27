package io.asynq4j.spi;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Something done step by step, each after the one before, however many there are, and without waiting on any thread. */
public final class Steps {
    private final Supplier<CompletionStage<Boolean>> step;
    private final CompletableFuture<Void> over = new CompletableFuture<>();

    private Steps(Supplier<CompletionStage<Boolean>> step) {
        this.step = step;
    }

    /**
     * Takes steps for as long as they answer that there is more to do.
     *
     * @param step called by the caller's thread first, and then by whichever thread ended the step before
     * @return ends when a step has answered false, or with the first failure
     */
    public static CompletionStage<Void> taken(Supplier<CompletionStage<Boolean>> step) {
        var steps = new Steps(step);
        steps.go();
        return steps.over;
    }

    /** Steps that have ended at once are taken in a loop, since each one deeper in the stack would not do for many. */
    private void go() {
        while (!over.isDone()) {
            CompletionStage<Boolean> taken;
            try {
                taken = step.get();
            } catch (RuntimeException failed) {
                over.completeExceptionally(failed);
                return;
            }
            if (!taken.toCompletableFuture().isDone()) {
                taken.whenComplete((more, failure) -> {
                    ended(more, failure);
                    go();
                });
                return;
            }
            taken.whenComplete(this::ended);
        }
    }

    private void ended(Boolean more, Throwable failure) {
        if (failure != null) {
            over.completeExceptionally(Await.cause(failure));
        } else if (!more) {
            over.complete(null);
        }
    }
}
