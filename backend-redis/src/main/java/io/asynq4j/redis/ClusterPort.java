package io.asynq4j.redis;

import io.asynq4j.redis.keys.Keys;
import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.port.RedisPort;
import io.asynq4j.redis.port.Reply;
import io.asynq4j.time.Handle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * A port to a cluster, over which no script runs while the slot of its queue is on its way from one server to another.
 *
 * <p>Redis would run it there on the keys that have arrived as soon as it finds those that the call names, and take the tasks
 * that it computes the keys of, and that are still at the other server, for deleted. So each call names one more key, which is
 * never there: then Redis refuses it with TRYAGAIN until the whole slot has arrived.
 */
final class ClusterPort implements RedisPort {
    private final RedisPort port;

    ClusterPort(RedisPort port) {
        this.port = port;
    }

    @Override
    public CompletionStage<List<Reply>> run(List<Call> calls) {
        return port.run(calls.stream().map(ClusterPort::guarded).toList());
    }

    @Override
    public Handle subscribe(String channel, Consumer<String> message) {
        return port.subscribe(channel, message);
    }

    @Override
    public boolean blocking() {
        return port.blocking();
    }

    @Override
    public boolean isCluster() {
        return port.isCluster();
    }

    @Override
    public void close() {
        port.close();
    }

    private static Call guarded(Call call) {
        if (call.script() == null || call.keys().isEmpty()) {
            return call;
        }
        var key = call.keys().get(0);
        var never = Keys.never(key);
        if (never.equals(key)) {
            return call; // of a scope or an entry, whose scripts compute no keys
        }
        var keys = new ArrayList<String>(call.keys().size() + 1);
        keys.addAll(call.keys());
        keys.add(never);
        return new Call(call.script(), call.command(), keys, call.args());
    }
}
