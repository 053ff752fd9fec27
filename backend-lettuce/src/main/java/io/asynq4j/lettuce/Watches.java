package io.asynq4j.lettuce;

import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.Reply;
import io.asynq4j.redis.port.Watch;
import io.asynq4j.redis.port.Watcher;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The watches of a port, closed with it. Safe for use by many threads. */
final class Watches {
    private final Function<Watcher, Watching> make;
    private final Set<Watching> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Watches(Function<Watcher, Watching> make) {
        this.make = make;
    }

    Watch add(Watcher watcher) {
        var watching = make.apply(watcher);
        open.add(watching);
        if (closed) {
            watching.leave();
        }
        return new Watch() {
            @Override
            public CompletionStage<List<Reply>> read(List<Call> calls) {
                return watching.read(calls);
            }

            @Override
            public void close() {
                if (open.remove(watching)) {
                    watching.close();
                }
            }
        };
    }

    /** Nobody is told anything any more. The connections end with their client. */
    void close() {
        closed = true;
        open.forEach(Watching::leave);
        open.clear();
    }
}
