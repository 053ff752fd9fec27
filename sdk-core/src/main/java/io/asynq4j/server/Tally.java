package io.asynq4j.server;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Counts what is under way, and tells when nothing is. Safe for use by many threads. */
final class Tally {
    private final Object lock = new Object(); // guards the fields below, held for a few instructions only
    private final List<CompletableFuture<Void>> waiting = new ArrayList<>();
    private int count;

    int count() {
        synchronized (lock) {
            return count;
        }
    }

    void increment() {
        synchronized (lock) {
            count++;
        }
    }

    /** Counts down, and answers what it was before that. */
    int decrement() {
        int before;
        List<CompletableFuture<Void>> toTell = List.of();
        synchronized (lock) {
            before = count--;
            if (count == 0) {
                toTell = List.copyOf(waiting);
                waiting.clear();
            }
        }
        toTell.forEach(stage -> stage.complete(null));
        return before;
    }

    /** Ends when the count is zero, at once if it is. */
    CompletionStage<Void> zero() {
        var zero = new CompletableFuture<Void>();
        synchronized (lock) {
            if (count > 0) {
                waiting.add(zero);
                return zero;
            }
        }
        zero.complete(null);
        return zero;
    }
}
