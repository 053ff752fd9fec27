package io.asynq4j.samples.quickstart;

import io.asynq4j.lettuce.LettuceBroker;
import io.asynq4j.spi.Broker;
import io.asynq4j.task.BrokerUnavailableException;
import io.asynq4j.testing.InMemoryBroker;
import io.asynq4j.testing.redis.RedisForTests;
import io.asynq4j.testing.redis.RedisNotAvailableException;

/**
 * Where the tasks live in this run. Whoever opens one closes it.
 *
 * @param description for people
 * @param redis ends the Redis that was started for this run, if one was
 */
record Backend(Broker broker, String description, Runnable redis) implements AutoCloseable {
    /**
     * The Redis at {@code uri}.
     *
     * @throws IllegalArgumentException when the URI is malformed
     * @throws BrokerUnavailableException when there is no Redis, or it does not let us in
     */
    static Backend at(String uri) {
        return new Backend(LettuceBroker.open(uri), "the Redis that --redis names", () -> {});
    }

    /** A Redis for this run alone, or, where none can be started, the memory of this process. */
    static Backend own() {
        try {
            return started(RedisForTests.start());
        } catch (RedisNotAvailableException | BrokerUnavailableException none) {
            return new Backend(
                    InMemoryBroker.create(),
                    "NO REDIS, only the memory of this process: " + none.getMessage(),
                    () -> {});
        }
    }

    private static Backend started(RedisForTests redis) {
        try {
            var description = "a Redis of its own at " + redis.uri() + ", which ends with this run";
            return new Backend(LettuceBroker.open(redis.uri()), description, redis::close);
        } catch (RuntimeException unreachable) {
            redis.close();
            throw unreachable;
        }
    }

    @Override
    public void close() {
        try {
            broker.close();
        } finally {
            redis.run();
        }
    }
}
