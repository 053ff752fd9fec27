package io.asynq4j.server;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts what is under way, and tells when nothing is. Safe for use by many threads. */
final class Tally {
    private final AtomicInteger count = new AtomicInteger();
    private final List<CompletableFuture<Void>> waiting =
            new ArrayList<>(); // guarded by itself, for a few instructions

    int count() {
        return count.get();
    }

    void increment() {
        count.incrementAndGet();
    }

    /** Counts down, and answers what it was before that. */
    int decrement() {
        int before = count.getAndDecrement();
        if (before == 1) {
            tell();
        }
        return before;
    }

    /** Ends when the count is zero, at once if it is. */
    CompletionStage<Void> zero() {
        var zero = new CompletableFuture<Void>();
        synchronized (waiting) {
            waiting.add(zero);
        }
        tell();
        return zero;
    }

    /** Whoever counts down to zero comes here after that, so nobody who waits is forgotten. */
    private void tell() {
        List<CompletableFuture<Void>> toTell;
        synchronized (waiting) {
            if (waiting.isEmpty() || count.get() > 0) {
                return;
            }
            toTell = List.copyOf(waiting);
            waiting.clear();
        }
        toTell.forEach(stage -> stage.complete(null));
    }
}
