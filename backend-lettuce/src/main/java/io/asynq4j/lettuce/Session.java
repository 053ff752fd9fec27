package io.asynq4j.lettuce;

import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.Script;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** One connection as long as it lives, and the scripts that its server has been told. Safe for use by many threads. */
final class Session implements Link.Line {
    private final StatefulRedisConnection<byte[], byte[]> connection;
    private final Set<String> told = ConcurrentHashMap.newKeySet();
    private final AtomicLong replies = new AtomicLong();

    Session(StatefulRedisConnection<byte[], byte[]> connection) {
        this.connection = connection;
    }

    /** Sends the calls in order, in one flush; a script goes whole the first time. */
    Flush send(List<Call> calls) {
        var flush = new Flush(calls.size(), replies::incrementAndGet);
        var commands = new ArrayList<PendingCall>(calls.size());
        for (var call : calls) {
            var script = call.script();
            boolean whole = script != null && told.add(script.sha1());
            commands.add(new PendingCall(call, whole, flush, commands.size()));
        }
        connection.dispatch(commands);
        return flush;
    }

    /** How many replies have come over this connection so far. */
    long replies() {
        return replies.get();
    }

    /** The server has turned out not to know it any more. */
    void forget(Script script) {
        told.remove(script.sha1());
    }

    @Override
    public StatefulConnection<?, ?> connection() {
        return connection;
    }
}
