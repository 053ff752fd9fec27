package io.asynq4j.testing;

import io.asynq4j.spi.Fired;
import io.asynq4j.spi.Fired.Outcome;
import io.asynq4j.spi.Firing;
import io.asynq4j.spi.PeriodicEntry;
import io.asynq4j.spi.Standing;
import io.asynq4j.task.DuplicateTaskException;
import io.asynq4j.task.EnqueueOutcome;
import io.asynq4j.task.Overlap;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How far periodic entries have got. Not safe for use by many threads. */
final class MemorySchedules {
    private record Key(String queue, String id) {}

    private static final class Progress {
        private Instant last = Instant.EPOCH;
        private @Nullable String rhythm;
        private @Nullable String task;
        private boolean waiting;
        private @Nullable String dropping;
        private boolean paused;

        Standing standing() {
            return new Standing(last, task, waiting || dropping != null, paused);
        }
    }

    private final Function<String, MemoryQueue> queues;
    private final Map<Key, Progress> entries = new HashMap<>();
    private final SchedulerBoard board = new SchedulerBoard();

    MemorySchedules(Function<String, MemoryQueue> queues) {
        this.queues = queues;
    }

    /** What schedulers show. */
    SchedulerBoard board() {
        return board;
    }

    Standing join(PeriodicEntry entry, Instant now) {
        var progress = progress(entry);
        if (!entry.rhythm().equals(progress.rhythm)) {
            var from = now.truncatedTo(ChronoUnit.SECONDS);
            progress.last = from.isAfter(progress.last) ? from : progress.last;
            progress.rhythm = entry.rhythm();
        }
        return progress.standing();
    }

    void pause(PeriodicEntry entry, boolean paused) {
        progress(entry).paused = paused;
    }

    /** @param now by which unique locks lapse */
    Fired fire(Firing firing, Instant now) {
        var queue = queues.apply(firing.entry().queue());
        queue.makeKnown();
        var progress = progress(firing.entry());
        if (progress.dropping != null && queue.withdraw(progress.dropping)) {
            progress.dropping = null;
        }
        boolean busy = queue.isUnfinished(progress.task);
        var held = holdBack(firing, progress, busy);
        String cancel = null;
        if (held == null && firing.kind() == Firing.Kind.DUE && busy && firing.overlap() == Overlap.CANCEL_PREVIOUS) {
            var previous = progress.task;
            cancel = previous == null || queue.withdraw(previous) ? null : previous;
        }
        var outcome = held == null ? store(firing, queue, now) : held;
        if (outcome == Outcome.STORED) {
            progress.task = firing.task().message().id();
            progress.dropping = cancel == null ? progress.dropping : cancel;
        }
        if (outcome == Outcome.BUFFERED) {
            progress.waiting = true;
        } else if (firing.kind() == Firing.Kind.REST && outcome != Outcome.NOTHING) {
            progress.waiting = false;
        }
        if (firing.kind() == Firing.Kind.DUE && outcome != Outcome.NOT_LATER) {
            progress.last = firing.through().truncatedTo(ChronoUnit.SECONDS);
        }
        var stop = outcome == Outcome.STORED ? cancel : progress.dropping; // an answer that named it may have been lost
        return new Fired(outcome, progress.standing(), stop, null);
    }

    /** Why nothing is to be stored; null when something is. */
    private static @Nullable Outcome holdBack(Firing firing, Progress progress, boolean busy) {
        return switch (firing.kind()) {
            case BY_HAND -> null;
            case REST -> !progress.waiting || busy || progress.paused ? Outcome.NOTHING : null;
            case DUE -> {
                if (!firing.planned().truncatedTo(ChronoUnit.SECONDS).isAfter(progress.last)) {
                    yield Outcome.NOT_LATER;
                }
                if (progress.paused) {
                    yield Outcome.PAUSED;
                }
                if (busy && firing.overlap() == Overlap.SKIP) {
                    yield Outcome.SKIPPED;
                }
                yield busy && firing.overlap() == Overlap.BUFFER_ONE ? Outcome.BUFFERED : null;
            }
        };
    }

    private static Outcome store(Firing firing, MemoryQueue queue, Instant now) {
        if (queue.submit(firing.task(), now) instanceof EnqueueOutcome.Refused refused) {
            return refused.reason() instanceof DuplicateTaskException ? Outcome.LOCK_HELD : Outcome.ID_TAKEN;
        }
        return Outcome.STORED;
    }

    /** Forgets how far the entries of a queue have got. */
    void forget(String queue) {
        entries.keySet().removeIf(key -> key.queue().equals(queue));
    }

    private Progress progress(PeriodicEntry entry) {
        return entries.computeIfAbsent(new Key(entry.queue(), entry.id()), made -> new Progress());
    }
}
