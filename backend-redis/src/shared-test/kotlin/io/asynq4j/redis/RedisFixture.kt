package io.asynq4j.redis

import io.asynq4j.redis.keys.Keys
import io.asynq4j.spi.Broker
import io.asynq4j.testing.contract.BrokerFixture
import io.asynq4j.testing.redis.RedisForTests
import java.time.Duration
import java.time.Instant
import java.time.temporal.ChronoUnit

/**
 * A broker on a Redis that is emptied first, and whose time to live we shorten when the case moves on. The broker is opened
 * by [open]; both are closed with the fixture.
 */
internal class RedisFixture(val redis: RawRedis, private val tells: Boolean = true, open: () -> Broker) :
    BrokerFixture {
    private val view = RedisView(redis)
    private val broker: Broker
    private var now = Instant.now().truncatedTo(ChronoUnit.SECONDS)

    init {
        redis("FLUSHALL")
        broker = open()
    }

    /** A broker that needs no driver. */
    constructor(server: RedisForTests) : this(
        RespConnection(server.host(), server.port()),
        tells = false,
        { RedisBroker.over(RespPort(RespConnection(server.host(), server.port()))) },
    )

    override fun broker() = broker

    override fun view() = view

    override fun now(): Instant = now

    override fun advance(duration: Duration) {
        now += duration
        redis("KEYS", "*").items().map { it.text() }.forEach { key ->
            val left = redis("PTTL", key).integer()
            if (left >= 0) redis("PEXPIRE", key, left - duration.toMillis())
        }
    }

    override fun pause(queue: String) {
        redis("SET", Keys.paused(queue), now.epochSecond)
    }

    override fun unpause(queue: String) {
        redis("DEL", Keys.paused(queue))
    }

    override fun tells() = tells

    override fun close() {
        broker.close()
        redis.close()
    }
}
