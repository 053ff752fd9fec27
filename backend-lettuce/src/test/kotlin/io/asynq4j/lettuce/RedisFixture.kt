package io.asynq4j.lettuce

import io.asynq4j.redis.keys.Keys
import io.asynq4j.spi.Broker
import io.asynq4j.testing.BrokerView
import io.asynq4j.testing.contract.BrokerFixture
import io.lettuce.core.RedisClient
import io.lettuce.core.api.StatefulRedisConnection
import io.lettuce.core.api.sync.RedisCommands
import io.lettuce.core.codec.ByteArrayCodec
import io.lettuce.core.codec.RedisCodec
import io.lettuce.core.codec.StringCodec
import java.time.Duration
import java.time.Instant
import java.time.temporal.ChronoUnit

/** A broker on an empty Redis. Time moves on by shortening what Redis lets live on. */
internal class RedisFixture private constructor(
    private val broker: Broker,
    private val client: RedisClient,
    connection: StatefulRedisConnection<String, ByteArray>,
) : BrokerFixture {
    private val redis: RedisCommands<String, ByteArray> = connection.sync()
    private var now = Instant.now().truncatedTo(ChronoUnit.SECONDS)

    override fun broker() = broker

    override fun view(): BrokerView = RedisView(redis) { now }

    override fun now(): Instant = now

    override fun advance(duration: Duration) {
        now += duration
        redis.keys("*").forEach { key ->
            val left = redis.pttl(key)
            if (left >= 0) {
                redis.pexpire(key, left - duration.toMillis()) // at once where nothing is left
            }
        }
    }

    override fun pause(queue: String) {
        redis.set(Keys.paused(queue), now.epochSecond.toString().toByteArray())
    }

    override fun unpause(queue: String) {
        redis.del(Keys.paused(queue))
    }

    override fun close() {
        broker.close()
        client.shutdown()
    }

    companion object {
        fun on(uri: String): RedisFixture {
            val client = RedisClient.create(uri)
            val connection = client.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE))
            connection.sync().flushall()
            return RedisFixture(LettuceBroker.open(uri), client, connection)
        }
    }
}
