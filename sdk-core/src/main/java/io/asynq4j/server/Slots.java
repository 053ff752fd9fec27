package io.asynq4j.server;

import java.util.concurrent.CompletionStage;

/** How many handlers may run at a time, and how many do. Safe for use by many threads. */
final class Slots {
    private final int all;
    private final Runnable available;
    private final Tally busy = new Tally();

    /** Calls {@code available} whenever there is a free slot again after there was none. */
    Slots(int all, Runnable available) {
        this.all = all;
        this.available = available;
    }

    int free() {
        return all - busy.count();
    }

    int busy() {
        return busy.count();
    }

    /** Takes a slot. Only the fetcher takes, so what it saw free is still free. */
    void take() {
        busy.increment();
    }

    /** Answers whether all slots are free now. */
    boolean release() {
        int before = busy.decrement();
        if (before == all) {
            available.run();
        }
        return before == 1;
    }

    /** Ends when all slots are free. */
    CompletionStage<Void> idle() {
        return busy.zero();
    }
}
