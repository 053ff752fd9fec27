package io.asynq4j.redis.port;

/** Passes on what a watcher is told, until it is closed: for drivers, whose connections go on for a while. */
public final class OpenWatcher implements Watcher {
    private final Watcher watcher;
    private volatile boolean closed;

    public OpenWatcher(Watcher watcher) {
        this.watcher = watcher;
    }

    @Override
    public void changed(String key) {
        if (!closed) {
            watcher.changed(key);
        }
    }

    @Override
    public void reset() {
        if (!closed) {
            watcher.reset();
        }
    }

    /** The watcher is told nothing any more. */
    public void close() {
        closed = true;
    }
}
