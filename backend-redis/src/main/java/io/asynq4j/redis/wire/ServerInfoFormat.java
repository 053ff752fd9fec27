package io.asynq4j.redis.wire;

import io.asynq4j.spi.ServerInfo;

/** The message {@code asynq.ServerInfo}. */
final class ServerInfoFormat {
    private static final int HOST = 1;
    private static final int PID = 2;
    private static final int SERVER_ID = 3;
    private static final int CONCURRENCY = 4;
    private static final int QUEUES = 5;
    private static final int STRICT_PRIORITY = 6;
    private static final int STATUS = 7;
    private static final int START_TIME = 8;
    private static final int ACTIVE_WORKER_COUNT = 9;

    private static final int QUEUE_NAME = 1;
    private static final int QUEUE_WEIGHT = 2;

    private ServerInfoFormat() {}

    static byte[] write(ServerInfo server) {
        var out = new ProtoWriter(256);
        out.string(HOST, server.host());
        out.number(PID, server.pid());
        out.string(SERVER_ID, server.serverId());
        out.number(CONCURRENCY, server.concurrency());
        server.queues().forEach((name, weight) -> out.message(QUEUES, queue(name, weight)));
        out.bool(STRICT_PRIORITY, server.strictPriority());
        out.string(STATUS, server.status());
        out.message(START_TIME, Timestamps.of(server.startedAt()));
        out.number(ACTIVE_WORKER_COUNT, server.activeWorkers());
        return out.toBytes();
    }

    private static ProtoWriter queue(String name, int weight) {
        var entry = new ProtoWriter(name.length() + 16);
        entry.requiredString(QUEUE_NAME, name);
        entry.requiredNumber(QUEUE_WEIGHT, weight);
        return entry;
    }
}
