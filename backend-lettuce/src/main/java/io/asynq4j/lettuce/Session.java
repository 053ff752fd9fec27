package io.asynq4j.lettuce;

import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.Script;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.RedisCommand;
import io.lettuce.core.resource.ClientResources;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One connection as long as it lives, and the scripts that its server has been told. Safe for use by many threads. */
final class Session implements Link.Line {
    private static final Duration YOUTH = Duration.ofMillis(500);

    private final StatefulRedisConnection<byte[], byte[]> connection;
    private final @Nullable SocketAddress server;
    private final Set<String> told = ConcurrentHashMap.newKeySet();
    private final AtomicLong replies = new AtomicLong();
    private volatile boolean old;

    /**
     * @param server where it leads, where anybody wants to know
     * @param resources for timers and threads
     */
    Session(
            StatefulRedisConnection<byte[], byte[]> connection,
            @Nullable SocketAddress server,
            ClientResources resources) {
        this.connection = connection;
        this.server = server;
        Timers.after(resources, YOUTH, () -> old = true);
    }

    /**
     * Sends the calls in order, in one flush; a script goes whole the first time.
     *
     * @param asks whether {@code ASKING} goes before each. Where another thread gets in between, Redis refuses the call
     */
    Flush send(List<Call> calls, boolean asks) {
        var flush = new Flush(calls.size(), replies::incrementAndGet);
        var commands = new ArrayList<RedisCommand<byte[], byte[], ?>>(calls.size());
        int index = 0;
        for (var call : calls) {
            var script = call.script();
            boolean whole = script != null && told.add(script.sha1());
            if (asks) {
                commands.add(new Command<>(CommandType.ASKING, new StatusOutput<>(ByteArrayCodec.INSTANCE), null));
            }
            commands.add(new PendingCall(call, whole, flush, index++));
        }
        connection.dispatch(commands);
        return flush;
    }

    /** How many replies have come over this connection so far. */
    long replies() {
        return replies.get();
    }

    /** Where it leads; null for unknown. */
    @Nullable
    SocketAddress server() {
        return server;
    }

    /** Whether it has been there for a while, so that a new one may lead elsewhere. */
    boolean isOld() {
        return old;
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
