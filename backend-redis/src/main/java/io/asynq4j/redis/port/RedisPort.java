package io.asynq4j.redis.port;

import io.asynq4j.time.Handle;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * All we ask of a Redis client library. Drivers know neither keys nor states.
 *
 * <p>Safe for use by many threads. Closing it closes what the driver module has opened, and nothing that it was handed.
 */
public interface RedisPort extends AutoCloseable {
    /**
     * Sends calls in one flush and in order, scripts by hash, with the source where Redis lacks it.
     *
     * <p>The replies are in the order of the calls, and each can be a {@link Reply.Failed} of its own: an error that Redis
     * answered, or no answer within the command timeout. The stage itself does not fail, and ends within a few times the command timeout, on a thread of the driver, which must not
     * be blocked. A call that may have run is never sent again.
     */
    CompletionStage<List<Reply>> run(List<Call> calls);

    /**
     * Tells {@code message} the messages of {@code channel}, until the handle or this port is closed.
     *
     * <p>Returns at once; subscribing, also again after a lost connection, happens in the background. What is published
     * while nothing is subscribed is missed, and the same message can come twice to a caller who subscribes twice. {@code
     * message} is called on a thread of the driver, which must not be blocked, one call at a time and in the order of the
     * messages; what it throws is logged. All subscriptions of a port share one connection, which is there while there is one.
     */
    Handle subscribe(String channel, Consumer<String> message);

    /**
     * Starts to watch keys that are read, over a connection of its own (in a cluster one to each server), until the watch or
     * this port is closed. Returns at once; connecting, also again after a loss, happens in the background.
     *
     * <p>A server that does not let us watch is left alone for a while, longer each time, which is logged once.
     */
    default Watch watch(Watcher watcher) {
        return Watch.NONE;
    }

    /** Whether {@link #run} may block its caller. */
    boolean blocking();

    /** Whether keys can be on different servers by their slots, so that no call may touch those of two queues. */
    default boolean isCluster() {
        return false;
    }

    @Override
    void close();
}
