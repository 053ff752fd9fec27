package io.asynq4j.redis.wire;

import io.asynq4j.spi.ServerInfo;
import io.asynq4j.spi.WorkerInfo;

/** The message {@code asynq.WorkerInfo}. */
final class WorkerInfoFormat {
    private static final int HOST = 1;
    private static final int PID = 2;
    private static final int SERVER_ID = 3;
    private static final int TASK_ID = 4;
    private static final int TASK_TYPE = 5;
    private static final int TASK_PAYLOAD = 6;
    private static final int QUEUE = 7;
    private static final int START_TIME = 8;
    private static final int DEADLINE = 9;

    private WorkerInfoFormat() {}

    static byte[] write(ServerInfo server, WorkerInfo worker) {
        var task = worker.lease().message();
        var out = new ProtoWriter(256 + task.payload().size());
        out.string(HOST, server.host());
        out.number(PID, server.pid());
        out.string(SERVER_ID, server.serverId());
        out.string(TASK_ID, task.id());
        out.string(TASK_TYPE, task.type());
        out.bytes(TASK_PAYLOAD, task.payload().unsafeBytes());
        out.string(QUEUE, task.queue());
        out.message(START_TIME, Timestamps.of(worker.startedAt()));
        out.message(DEADLINE, Timestamps.of(worker.deadline()));
        return out.toBytes();
    }
}
