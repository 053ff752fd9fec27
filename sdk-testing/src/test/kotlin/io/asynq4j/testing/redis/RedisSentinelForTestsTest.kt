package io.asynq4j.testing.redis

import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldEndWith
import io.kotest.matchers.string.shouldStartWith
import kotlin.time.Duration.Companion.seconds

class RedisSentinelForTestsTest : FunSpec({
    val redis = RedisForTests.sentinel()
    afterSpec { redis.close() }

    test("three sentinels name the primary, which has a replica") {
        redis.sentinels().size shouldBe 3
        redis.primary() shouldBe redis.nodes()[0]
        redis.replica() shouldBe redis.nodes()[1]
        redis.uri() shouldStartWith "redis-sentinel://127.0.0.1:"
        redis.uri() shouldEndWith "?master=${redis.master()}"
        shouldThrow<IllegalStateException> { redis.replica().ask("SET", "key", "1") }.message shouldContain "READONLY"
    }

    test("the replica takes the primary's place, asked to or not, and the old primary comes back as a replica") {
        val old = redis.primary()
        val young = redis.failover()
        young shouldNotBe old
        redis.awaitHealthy()

        young.ask("SET", "key", "1")
        young.ask("WAIT", "1", "2000") shouldBe 1L
        eventually(20.seconds) { old.ask("GET", "key") shouldBe "1" } // also when it was still catching up
        young.stop()
        redis.awaitFailover(young)
        redis.primary() shouldBe old
        old.ask("GET", "key") shouldBe "1"

        young.restart()
        redis.awaitHealthy()
        young.ask("GET", "key") shouldBe "1"
    }

    test("servers and sentinels can have passwords of their own, and certificates") {
        TlsForTests.forNames("ip:127.0.0.1").use { tls ->
            val certificate = tls.settings().toList()
            RedisForTests.sentinel(
                certificate + listOf("--requirepass", "hush"),
                certificate + listOf("--requirepass", "watch"),
            ).use {
                it.uri() shouldStartWith "rediss-sentinel://"
                it.failover() shouldBe it.nodes()[1]
            }
        }
    }
})
