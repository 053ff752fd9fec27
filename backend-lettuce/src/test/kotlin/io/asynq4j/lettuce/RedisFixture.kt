package io.asynq4j.lettuce

import io.asynq4j.redis.keys.Keys
import io.asynq4j.spi.Broker
import io.asynq4j.testing.BrokerView
import io.asynq4j.testing.contract.BrokerFixture
import io.lettuce.core.api.sync.RedisCommands
import java.time.Duration
import java.time.Instant
import java.time.temporal.ChronoUnit

/** A broker on Redis. Time moves on by shortening what Redis lets live on. */
internal class RedisFixture(
    private val broker: Broker,
    private val redis: RedisCommands<String, ByteArray>,
) : BrokerFixture {
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

    override fun close() = broker.close()
}
