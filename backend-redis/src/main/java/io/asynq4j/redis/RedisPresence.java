package io.asynq4j.redis;

import io.asynq4j.redis.keys.Keys;
import io.asynq4j.redis.port.Call;
import io.asynq4j.redis.wire.Wire;
import io.asynq4j.spi.Lease;
import io.asynq4j.spi.Presence;
import io.asynq4j.spi.Seconds;
import io.asynq4j.spi.ServerInfo;
import io.asynq4j.spi.WorkerInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Extends leases, one call for each queue, and shows servers. */
final class RedisPresence implements Presence {
    private static final Logger log = LoggerFactory.getLogger(RedisBroker.class);

    private final Redis redis;
    private final Trouble trouble = new Trouble(log);

    RedisPresence(Redis redis) {
        this.redis = redis;
    }

    @Override
    public List<Lease> extend(List<Lease> leases, Instant expiresAt) {
        var byQueue = QueueLeases.of(leases);
        var replies =
                redis.run(byQueue.stream().map(held -> extend(held, expiresAt)).toList());
        var lost = new ArrayList<Lease>();
        var foreign = new TreeSet<String>();
        int i = 0;
        for (var held : byQueue) {
            var reply = replies.get(i++);
            var why = RedisError.foreignType(reply);
            why.forEach(error -> foreign.add("queue " + held.queue() + ": " + error));
            if (why.isEmpty()) { // or else nobody can take them, and other queues go on
                lost.addAll(held.at(Redis.usable(reply)));
            }
        }
        trouble.report("leases cannot be extended", foreign, expiresAt);
        return lost;
    }

    @Override
    public void announce(ServerInfo server, List<WorkerInfo> workers, Instant now, Duration ttl) {
        var serverKey = serverKey(server);
        var workersKey = workersKey(server);
        long expiry = Seconds.up(now.plus(ttl));
        var record = Call.of(Scripts.ANNOUNCE)
                .key(serverKey)
                .key(workersKey)
                .arg(Seconds.up(ttl))
                .arg(Wire.encode(server));
        var queues = Call.of("SADD").key(Keys.QUEUES);
        server.queues().keySet().stream().sorted().forEach(queues::arg);
        for (var worker : workers) {
            record.arg(worker.lease().id()).arg(Wire.encode(server, worker));
        }
        var calls = List.of(
                queues.build(),
                Call.of("ZADD").key(Keys.SERVERS).arg(expiry).arg(serverKey).build(),
                Call.of("ZADD").key(Keys.WORKERS).arg(expiry).arg(workersKey).build(),
                record.build());
        redis.run(calls).forEach(Redis::usable);
    }

    @Override
    public void leave(ServerInfo server) {
        var serverKey = serverKey(server);
        var workersKey = workersKey(server);
        var calls = List.of(
                Call.of("ZREM").key(Keys.SERVERS).arg(serverKey).build(),
                Call.of("ZREM").key(Keys.WORKERS).arg(workersKey).build(),
                Call.of("DEL").key(serverKey).key(workersKey).build());
        redis.run(calls).forEach(Redis::usable);
    }

    private static Call extend(QueueLeases held, Instant expiresAt) {
        var call = Call.of(Scripts.EXTEND_LEASES)
                .key(Keys.lease(held.queue()))
                .arg(Keys.taskPrefix(held.queue()))
                .arg(Seconds.up(expiresAt));
        held.leases().forEach(lease -> call.arg(lease.id()).arg(lease.attempt()));
        return call.build();
    }

    private static String serverKey(ServerInfo server) {
        return Keys.server(server.host(), server.pid(), server.serverId());
    }

    private static String workersKey(ServerInfo server) {
        return Keys.workers(server.host(), server.pid(), server.serverId());
    }
}
