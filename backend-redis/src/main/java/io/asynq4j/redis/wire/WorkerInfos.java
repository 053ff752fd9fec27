package io.asynq4j.redis.wire;

import static io.asynq4j.redis.wire.Reader.LENGTH;

import io.asynq4j.spi.Lease;
import io.asynq4j.spi.ServerInfo;
import io.asynq4j.spi.TaskMessage;
import io.asynq4j.spi.WorkerInfo;
import io.asynq4j.task.Payload;
import java.time.Instant;
import java.util.Map;

/** {@link WorkerInfo} as protobuf, with what tells its server. */
final class WorkerInfos {
    private static final int HOST = 1;
    private static final int PID = 2;
    private static final int SERVER_ID = 3;
    private static final int TASK_ID = 4;
    private static final int TASK_TYPE = 5;
    private static final int TASK_PAYLOAD = 6;
    private static final int QUEUE = 7;
    private static final int START_TIME = 8;
    private static final int DEADLINE = 9;

    private WorkerInfos() {}

    static byte[] encode(ServerInfo server, WorkerInfo worker) {
        var task = worker.lease().message();
        var out = new Writer(size(server, worker));
        out.text(HOST, server.host());
        out.number(PID, server.pid());
        out.text(SERVER_ID, server.serverId());
        out.text(TASK_ID, task.id());
        out.text(TASK_TYPE, task.type());
        out.payload(TASK_PAYLOAD, task.payload());
        out.text(QUEUE, task.queue());
        Timestamps.write(out, START_TIME, worker.startedAt());
        Timestamps.write(out, DEADLINE, worker.deadline());
        return out.bytes();
    }

    static WorkerInfo decode(byte[] bytes) {
        var in = new Reader(bytes);
        var taskId = "";
        var type = "";
        var payload = Payload.none();
        var queue = "";
        var startedAt = Instant.EPOCH;
        var deadline = Instant.EPOCH;
        while (in.next()) {
            switch (in.tagged()) {
                case TASK_ID << 3 | LENGTH -> taskId = in.text();
                case TASK_TYPE << 3 | LENGTH -> type = in.text();
                case TASK_PAYLOAD << 3 | LENGTH -> payload = in.payload();
                case QUEUE << 3 | LENGTH -> queue = in.text();
                case START_TIME << 3 | LENGTH -> startedAt = Timestamps.read(in.message());
                case DEADLINE << 3 | LENGTH -> deadline = Timestamps.read(in.message());
                default -> in.skip();
            }
        }
        var message = new TaskMessage(
                type,
                payload,
                taskId,
                queue,
                Map.of(),
                new TaskMessage.Limits(0, 0, 0, 0),
                "",
                "",
                TaskMessage.Progress.NONE,
                Payload.none());
        return new WorkerInfo(new Lease(message, "", deadline), startedAt, deadline);
    }

    private static int size(ServerInfo server, WorkerInfo worker) {
        var task = worker.lease().message();
        return Writer.size(server.host())
                + Writer.size(server.pid())
                + Writer.size(server.serverId())
                + Writer.size(task.id())
                + Writer.size(task.type())
                + Writer.size(task.payload())
                + Writer.size(task.queue())
                + Timestamps.size(worker.startedAt())
                + Timestamps.size(worker.deadline());
    }
}
