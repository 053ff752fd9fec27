package io.asynq4j.samples.quickstart;

import io.asynq4j.time.Timekeeper;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Looks at the work twice a second, tells how far it is, and finds out when it is over. */
final class Watch {
    private static final Duration GLANCE = Duration.ofMillis(500);

    /** How long to wait for tasks of an earlier run once our own are done. */
    private static final Duration COURTESY = Duration.ofSeconds(5);

    /** Longer than it takes a task to come back from a worker that was killed. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Progress progress;
    private final Strangers strangers;
    private final int earlierWaiting;
    private final Timekeeper time;
    private final PrintStream out;
    private final CompletableFuture<End> end = new CompletableFuture<>();

    // Touched by the timekeeper's thread only, once started.
    private long startedNanos;
    private long changedNanos;
    private Progress.@Nullable Counts seen;

    /** How the work came to its end. */
    enum End {
        /** All tasks of this run are done. */
        DONE,
        /** Nothing happens any more, although not all is done. */
        STALLED,
        /** So many tasks of other programs are there that ours hardly get a turn. */
        CROWDED
    }

    /** @param earlierWaiting how many tasks of an earlier run are to be expected */
    Watch(Progress progress, Strangers strangers, int earlierWaiting, Timekeeper time, PrintStream out) {
        this.progress = progress;
        this.strangers = strangers;
        this.earlierWaiting = earlierWaiting;
        this.time = time;
        this.out = out;
    }

    void start() {
        startedNanos = time.nanoTime();
        changedNanos = startedNanos;
        time.after(GLANCE, this::look);
    }

    /** Completes on the timekeeper's thread, which must not be blocked. */
    CompletableFuture<End> end() {
        return end;
    }

    private void look() {
        var now = time.nanoTime();
        var counts = progress.counts();
        if (!counts.equals(seen)) {
            seen = counts;
            changedNanos = now;
            tell(counts, Duration.ofNanos(now - startedNanos));
        }
        var idle = Duration.ofNanos(now - changedNanos);
        if (strangers.held() >= Worker.SLOTS / 2) {
            end.complete(End.CROWDED);
        } else if (counts.waiting() == 0 && (counts.earlier() >= earlierWaiting || idle.compareTo(COURTESY) > 0)) {
            end.complete(End.DONE);
        } else if (idle.compareTo(PATIENCE) > 0) {
            end.complete(End.STALLED);
        }
        if (!end.isDone()) {
            time.after(GLANCE, this::look);
        }
    }

    private void tell(Progress.Counts counts, Duration passed) {
        out.printf(
                Locale.ROOT,
                "  %4.1f s   sent %,4d   retried %,4d   waiting %,4d%n",
                passed.toMillis() / 1000.0,
                counts.sent() + counts.earlier(),
                counts.retried(),
                counts.waiting());
    }
}
