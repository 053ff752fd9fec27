package io.asynq4j.lettuce

import io.asynq4j.redis.command
import io.asynq4j.redis.driver.ourThreads
import io.asynq4j.redis.plain
import io.asynq4j.redis.port.RedisUri
import io.asynq4j.redis.reply
import io.asynq4j.redis.script
import io.asynq4j.task.BrokerUnavailableException
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldMatch
import java.time.Duration
import java.util.Collections
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime

private const val COUNT = "return redis.call('INCR', KEYS[1])"

class SentinelRedisTest : FunSpec({
    val redis = RedisForTests.sentinel()
    afterSpec { redis.close() }

    test("the primary is found through the sentinels, and found again after each failover, within 5 s of it") {
        portTo(redis.uri(), Duration.ofSeconds(1)).use { port ->
            val heard = Collections.synchronizedList(mutableListOf<String>())
            port.subscribe("channel") { heard += it }
            port.reply(script(COUNT, "n")).plain shouldBe 1L
            redis.failover()
            redis.awaitHealthy() // until then the old primary takes writes, and loses them
            eventually(5.seconds) { port.reply(command("SET", "m", "written")).plain shouldBe "OK" }

            redis.primary().ask("WAIT", "1", "1000")
            val old = redis.primary()
            old.stop()
            redis.awaitFailover(old)
            val took = measureTime { eventually(10.seconds) { port.reply(script(COUNT, "n")).plain shouldBe 2L } }
            took.inWholeMilliseconds shouldBeLessThan 5_000
            eventually(10.seconds) {
                redis.primary().ask("PUBLISH", "channel", "over here")
                heard shouldContain "over here"
            }
            old.restart()
            redis.awaitHealthy()
        }
    }

    test("one sentinel is enough") {
        redis.sentinels().take(2).forEach { it.stop() }
        LettuceBroker.open(redis.uri()).use { it.ping() }
        redis.sentinels().take(2).forEach { it.restart() }
    }

    listOf(
        "a name that the sentinels do not know" to { redis.uri().replace("=main", "=mine") } to ".*mine.*",
        "sentinels where nobody listens" to { "redis-sentinel://:hush@127.0.0.1:1,127.0.0.1:2?master=main" } to
            "(Connection refused|.*127.0.0.1.*).*",
    ).forEach { (case, reason) ->
        val (what, uri) = case
        test("$what is told in one exception within 5 s, without the password") {
            val took = measureTime {
                shouldThrow<BrokerUnavailableException> { portTo(uri()) }.message!! shouldMatch
                    "cannot connect to Redis at redis-sentinel://(\\*\\*\\*@)?[^ ]*: $reason"
            }
            took.inWholeMilliseconds shouldBeLessThan 5_000
            eventually(5.seconds) { ourThreads().shouldBeEmpty() }
        }
    }

    test("sentinels and servers have logins of their own") {
        RedisForTests.sentinel(listOf("--requirepass", "hush"), listOf("--requirepass", "watch")).use { own ->
            val uri = RedisUri.of(own.uri().replace("://", "://:watch@")).withLogin(null, "hush")
            LettuceBroker.builder(uri).port().use { it.reply(script(COUNT, "n")).plain shouldBe 1L }
        }
    }
})
