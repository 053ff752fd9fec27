package io.asynq4j.redis.wire;

import io.asynq4j.spi.ServerInfo;
import io.asynq4j.spi.TaskMessage;
import io.asynq4j.spi.WorkerInfo;

/**
 * The records in Redis as bytes: protobuf messages of the package {@code asynq}. Pure functions.
 *
 * <p>Writing leaves out what has its default and goes by field number, so that what the Go library wrote comes out the
 * same; headers keep the order they have. Text must be Unicode. Reading takes any order, the last of repeated fields, and
 * keeps what it does not know.
 */
public final class Wire {
    private Wire() {}

    public static byte[] encode(TaskMessage message) {
        return TaskMessageFormat.write(message);
    }

    /**
     * Reads a task back.
     *
     * @throws WireException when these are not the bytes of one
     */
    public static TaskMessage decode(byte[] bytes) {
        return TaskMessageFormat.read(bytes);
    }

    public static byte[] encode(ServerInfo server) {
        return ServerInfoFormat.write(server);
    }

    /** The record of an attempt that runs on {@code server}. */
    public static byte[] encode(ServerInfo server, WorkerInfo worker) {
        return WorkerInfoFormat.write(server, worker);
    }
}
