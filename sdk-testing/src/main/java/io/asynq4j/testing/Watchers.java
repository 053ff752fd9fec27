package io.asynq4j.testing;

import io.asynq4j.spi.WakeUps;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * Who wants to be told of changes: all of all changes, asked for or not. Safe for use by many threads; tells on the thread that
 * made the change, in the order of watching.
 */
final class Watchers {
    private final Function<Collection<String>, Boolean> pending;
    private final Function<Collection<String>, Map<String, Instant>> due;
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();

    /**
     * @param pending whether some of these queues has tasks to give
     * @param due when the earliest tasks that wait in these queues are due
     */
    Watchers(Function<Collection<String>, Boolean> pending, Function<Collection<String>, Map<String, Instant>> due) {
        this.pending = pending;
        this.due = due;
    }

    WakeUps.Watch add(Runnable pending, Runnable due) {
        var watcher = new Watcher(pending, due);
        watchers.add(watcher);
        return watcher;
    }

    void tell() {
        watchers.forEach(watcher -> {
            watcher.due.run();
            watcher.pending.run();
        });
    }

    /** Compared by identity: one action may watch twice. */
    private final class Watcher implements WakeUps.Watch {
        private final Runnable pending;
        private final Runnable due;

        Watcher(Runnable pending, Runnable due) {
            this.pending = pending;
            this.due = due;
        }

        @Override
        public WakeUps.Outlook pending(Collection<String> queues) {
            if (!watchers.contains(this)) {
                return WakeUps.Outlook.UNTOLD;
            }
            return Watchers.this.pending.apply(queues) ? WakeUps.Outlook.SOMETHING : WakeUps.Outlook.NOTHING;
        }

        @Override
        public Optional<Map<String, Instant>> due(Collection<String> queues) {
            return watchers.contains(this) ? Optional.of(Watchers.this.due.apply(queues)) : Optional.empty();
        }

        @Override
        public void close() {
            watchers.remove(this);
        }
    }
}
