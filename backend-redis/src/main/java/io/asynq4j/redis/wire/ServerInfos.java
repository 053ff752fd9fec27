package io.asynq4j.redis.wire;

import static io.asynq4j.redis.wire.Reader.LENGTH;
import static io.asynq4j.redis.wire.Reader.VARINT;

import io.asynq4j.spi.ServerInfo;
import java.time.Instant;
import java.util.LinkedHashMap;

/** {@link ServerInfo} as protobuf. */
final class ServerInfos {
    private static final int HOST = 1;
    private static final int PID = 2;
    private static final int SERVER_ID = 3;
    private static final int CONCURRENCY = 4;
    private static final int QUEUES = 5;
    private static final int STRICT_PRIORITY = 6;
    private static final int STATUS = 7;
    private static final int START_TIME = 8;
    private static final int ACTIVE_WORKERS = 9;

    private ServerInfos() {}

    static byte[] encode(ServerInfo server) {
        var out = new Writer(size(server));
        out.text(HOST, server.host());
        out.number(PID, server.pid());
        out.text(SERVER_ID, server.serverId());
        out.number(CONCURRENCY, server.concurrency());
        server.queues().forEach((queue, weight) -> Entries.write(out, QUEUES, queue, weight));
        out.bool(STRICT_PRIORITY, server.strictPriority());
        out.text(STATUS, server.status());
        Timestamps.write(out, START_TIME, server.startedAt());
        out.number(ACTIVE_WORKERS, server.activeWorkers());
        return out.bytes();
    }

    private static int size(ServerInfo server) {
        int size = Writer.size(server.host())
                + Writer.size(server.pid())
                + Writer.size(server.serverId())
                + Writer.size(server.concurrency())
                + Writer.size(server.strictPriority())
                + Writer.size(server.status())
                + Timestamps.size(server.startedAt())
                + Writer.size(server.activeWorkers());
        for (var queue : server.queues().entrySet()) {
            size += Entries.size(queue.getKey(), queue.getValue());
        }
        return size;
    }

    static ServerInfo decode(byte[] bytes) {
        var in = new Reader(bytes);
        var host = "";
        int pid = 0;
        var serverId = "";
        int concurrency = 0;
        var queues = new LinkedHashMap<String, Integer>();
        boolean strictPriority = false;
        var status = "";
        var startedAt = Instant.EPOCH;
        int activeWorkers = 0;
        while (in.next()) {
            switch (in.tagged()) {
                case HOST << 3 | LENGTH -> host = in.text();
                case PID << 3 | VARINT -> pid = in.int32();
                case SERVER_ID << 3 | LENGTH -> serverId = in.text();
                case CONCURRENCY << 3 | VARINT -> concurrency = in.int32();
                case QUEUES << 3 | LENGTH -> Entries.readNumber(in.message(), queues);
                case STRICT_PRIORITY << 3 | VARINT -> strictPriority = in.bool();
                case STATUS << 3 | LENGTH -> status = in.text();
                case START_TIME << 3 | LENGTH -> startedAt = Timestamps.read(in.message());
                case ACTIVE_WORKERS << 3 | VARINT -> activeWorkers = in.int32();
                default -> in.skip();
            }
        }
        return new ServerInfo(
                host, pid, serverId, concurrency, queues, strictPriority, status, startedAt, activeWorkers);
    }
}
