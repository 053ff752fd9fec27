package io.asynq4j.testing;

import io.asynq4j.time.Handle;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Who wants to be told of changes. Safe for use by many threads; tells on the thread that made the change, in the order of asking. */
final class Watchers {
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();

    /** Compared by identity: one action may watch twice. */
    private static final class Watcher {
        private final Runnable changed;

        Watcher(Runnable changed) {
            this.changed = changed;
        }
    }

    Handle add(Runnable changed) {
        var watcher = new Watcher(changed);
        watchers.add(watcher);
        return () -> watchers.remove(watcher);
    }

    void tell() {
        watchers.forEach(watcher -> watcher.changed.run());
    }
}
