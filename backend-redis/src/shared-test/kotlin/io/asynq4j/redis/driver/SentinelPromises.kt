package io.asynq4j.redis.driver

import io.asynq4j.redis.RedisBroker
import io.asynq4j.redis.command
import io.asynq4j.redis.plain
import io.asynq4j.redis.reply
import io.asynq4j.redis.script
import io.asynq4j.task.BrokerUnavailableException
import io.asynq4j.testing.redis.RedisForTests
import io.asynq4j.testing.redis.RedisSentinelForTests
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldMatch
import java.time.Duration
import java.util.Collections
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime

private const val COUNT = "return redis.call('INCR', KEYS[1])"

/**
 * What any driver's port promises behind sentinels.
 *
 * @param unknown what is told when the sentinels know no master "mine", as a pattern
 * @param nobody the same when none of them can be reached
 */
internal fun FunSpec.sentinelPromises(
    driver: PortDriver,
    redis: RedisSentinelForTests,
    unknown: String,
    nobody: String,
) {
    test("the primary is found through the sentinels, and found again after each failover, within 5 s of it") {
        driver.open(redis.uri(), commandTimeout = Duration.ofSeconds(1)).use { port ->
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

    test("a primary that only the sentinels have lost is left as soon as they have named another one") {
        RedisForTests.sentinel().use { own ->
            listOf(own.primary(), own.replica()).forEach {
                it.ask("ACL", "SETUSER", "watch", "on", ">w", "~*", "&*", "+@all")
            }
            own.sentinels().forEach {
                it.ask("SENTINEL", "SET", own.master(), "auth-user", "watch")
                it.ask("SENTINEL", "SET", own.master(), "auth-pass", "w")
            }
            listOf(own.primary(), own.replica()).forEach {
                it.ask("CLIENT", "KILL", "TYPE", "normal") // so that they log in as that
                it.ask("CLIENT", "KILL", "TYPE", "pubsub")
            }
            eventually(10.seconds) { own.primary().ask("CLIENT", "LIST").toString() shouldContain "user=watch" }
            own.awaitHealthy()
            driver.open(own.uri()).use { port ->
                val old = own.primary()
                fun asked() = port.reply(command("CONFIG", "GET", "port")).plain
                asked() shouldBe listOf("port", "${old.port()}")
                eventually(10.seconds) {
                    own.sentinels().map { "sub=1" in it.ask("CLIENT", "LIST").toString() } shouldContain true
                }
                old.ask("ACL", "SETUSER", "watch", "-@all") // it goes on, and takes no orders
                own.awaitFailover(old)
                val took = measureTime {
                    eventually(10.seconds) {
                        asked() shouldBe
                            listOf("port", "${own.primary().port()}")
                    }
                }

                took.inWholeMilliseconds shouldBeLessThan 5_000
                old.ask("ROLE").toString() shouldContain "master"
            }
        }
    }

    test("one sentinel is enough") {
        redis.sentinels().take(2).forEach { it.stop() }
        RedisBroker.over(driver.open(redis.uri())).use { it.ping() }
        redis.sentinels().take(2).forEach { it.restart() }
    }

    listOf(
        "a name that the sentinels do not know" to { redis.uri().replace("=main", "=mine") } to unknown,
        "sentinels where nobody listens" to { "redis-sentinel://:hush@127.0.0.1:1,127.0.0.1:2?master=main" } to nobody,
    ).forEach { (case, reason) ->
        val (what, uri) = case
        test("$what is told in one exception within 5 s, without the password") {
            driver.shouldRefuse(uri(), reason)
        }
    }
}

/** Tells within 5 s why [uri] cannot be opened, without its password, and leaves no thread. */
internal suspend fun PortDriver.shouldRefuse(uri: String, reason: String) {
    val took = measureTime {
        shouldThrow<BrokerUnavailableException> { open(uri) }.message!! shouldMatch
            "cannot connect to Redis at redis-sentinel://(\\*\\*\\*@)?[^ ]*: $reason"
    }
    took.inWholeMilliseconds shouldBeLessThan 5_000
    eventually(5.seconds) { ourThreads().shouldBeEmpty() }
}
