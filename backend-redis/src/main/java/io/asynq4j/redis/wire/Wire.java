package io.asynq4j.redis.wire;

import io.asynq4j.spi.SchedulerEntry;
import io.asynq4j.spi.SchedulerEvent;
import io.asynq4j.spi.ServerInfo;
import io.asynq4j.spi.TaskMessage;
import io.asynq4j.spi.WorkerInfo;

/**
 * Records to bytes and back: the protobuf messages of asynq. Pure functions.
 *
 * <p>Fields are written in ascending order, zero and empty ones left out, so that what the Go library wrote comes out the
 * same; headers keep the order they have. Half of a surrogate pair, which is no text, is written as U+FFFD.
 */
public final class Wire {
    private Wire() {}

    /** The bytes of a task; unknown fields come last, as they were. */
    public static byte[] encode(TaskMessage message) {
        return TaskMessages.encode(message);
    }

    /**
     * The task in {@code bytes}. Of a field that is there twice the last one counts; unknown fields are kept. A payload
     * without bytes comes back as none.
     *
     * @throws WireException when there is none
     */
    public static TaskMessage decode(byte[] bytes) {
        return TaskMessages.decode(bytes);
    }

    /** The bytes of a server. */
    public static byte[] encode(ServerInfo server) {
        return ServerInfos.encode(server);
    }

    /**
     * The server in {@code bytes}.
     *
     * @throws WireException when there is none
     */
    public static ServerInfo decodeServer(byte[] bytes) {
        return ServerInfos.decode(bytes);
    }

    /** The bytes of an attempt that {@code server} works on. */
    public static byte[] encode(ServerInfo server, WorkerInfo worker) {
        return WorkerInfos.encode(server, worker);
    }

    /**
     * The attempt in {@code bytes}. Its task tells type, payload, id and queue, and its lease nothing but that, since the
     * bytes have no more.
     *
     * @throws WireException when there is none
     */
    public static WorkerInfo decodeWorker(byte[] bytes) {
        return WorkerInfos.decode(bytes);
    }

    /** The bytes of a scheduler's entry. */
    public static byte[] encode(SchedulerEntry entry) {
        return SchedulerRecords.encode(entry);
    }

    /**
     * The scheduler's entry in {@code bytes}. The first second of year 1 is no time, and so is one that is missing.
     *
     * @throws WireException when there is none
     */
    public static SchedulerEntry decodeSchedulerEntry(byte[] bytes) {
        return SchedulerRecords.decodeEntry(bytes);
    }

    /** The bytes of what a scheduler's entry did. */
    public static byte[] encode(SchedulerEvent event) {
        return SchedulerRecords.encode(event);
    }

    /**
     * What a scheduler's entry did, in {@code bytes}.
     *
     * @throws WireException when there is none
     */
    public static SchedulerEvent decodeSchedulerEvent(byte[] bytes) {
        return SchedulerRecords.decodeEvent(bytes);
    }
}
