package io.asynq4j.client;

import io.asynq4j.spi.Await;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** Counts calls under way, and lets one wait for the last of them. */
final class InFlight {
    /** Set in {@link #calls} once closed; the bits below it count. */
    private static final long CLOSED = 1L << 62;

    private final AtomicLong calls = new AtomicLong();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();

    void enter() {
        if (calls.incrementAndGet() > CLOSED) {
            leave();
            throw new IllegalStateException("this client is closed");
        }
    }

    void leave() {
        if (calls.decrementAndGet() == CLOSED) {
            drained.complete(null);
        }
    }

    void close() {
        if (calls.getAndUpdate(n -> n | CLOSED) == 0) {
            drained.complete(null);
        }
        Await.answer(drained);
    }
}
