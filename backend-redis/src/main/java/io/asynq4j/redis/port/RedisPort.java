package io.asynq4j.redis.port;

import java.util.List;
import java.util.concurrent.CompletionStage;

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

    /** Whether {@link #run} may block its caller. */
    boolean blocking();

    @Override
    void close();
}
