package io.asynq4j.lettuce;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Several things that are tried at the same time, of which one has to succeed. */
final class First {
    private First() {}

    /** What comes first; fails when nothing does, like the one that failed last. */
    static <T> CompletionStage<T> of(List<? extends CompletionStage<T>> tries) {
        var first = new CompletableFuture<T>();
        var left = new AtomicInteger(tries.size());
        for (var tried : tries) {
            tried.whenComplete((result, failure) -> {
                if (failure == null) {
                    first.complete(result);
                } else if (left.decrementAndGet() == 0) {
                    first.completeExceptionally(failure);
                }
            });
        }
        return tries.isEmpty() ? CompletableFuture.failedFuture(new IllegalStateException("nothing to try")) : first;
    }

    /** Ends when all have, one way or the other. */
    static CompletionStage<?> ended(List<? extends CompletionStage<?>> tries) {
        CompletionStage<@Nullable Object> all = CompletableFuture.completedFuture(null);
        for (var tried : tries) {
            all = all.thenCombine(tried.handle((result, failure) -> ""), (some, more) -> null);
        }
        return all;
    }
}
