package io.asynq4j.redis.driver

import io.asynq4j.redis.aside
import io.asynq4j.redis.command
import io.asynq4j.redis.plain
import io.asynq4j.redis.port.Call
import io.asynq4j.redis.port.RedisPort
import io.asynq4j.redis.replies
import io.asynq4j.redis.reply
import io.asynq4j.redis.script
import io.asynq4j.redis.shouldBeUnanswered
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime

private const val COUNT = "return redis.call('INCR', KEYS[1])"

/** What every driver's port promises on a single server. */
internal fun FunSpec.portPromises(driver: PortDriver) {
    val redis = RedisForTests.start()
    afterSpec { redis.close() }

    beforeTest { driver.open(redis.uri()).use { it.reply(command("FLUSHALL")).plain shouldBe "OK" } }

    test("replies come in the order of the calls, whatever they are") {
        driver.open(redis.uri()).use { port ->
            port.replies(
                command("SET", "text", "é"),
                command("GET", "text"),
                command("GET", "nothing"),
                command("RPUSH", "list", "a", "b"),
                Call.of("LRANGE").key("list").arg(0).arg(-1).build(),
                command("LRANGE", "nothing", "0", "-1"),
                command("INCR", "text"),
                command("GET"),
                command("STRLEN", "text"),
            ).map { it.plain } shouldBe listOf(
                "OK", "é", null, 2L, listOf("a", "b"), emptyList<Any>(),
                "refused: ERR value is not an integer or out of range",
                "refused: ERR wrong number of arguments for 'get' command",
                2L,
            )
        }
    }

    test("no calls have no replies") {
        driver.open(redis.uri()).use { it.replies().shouldBeEmpty() }
    }

    test("10 MiB of any bytes go there and back") {
        val large = ByteArray(10 shl 20) { (it * 31 + it / 251).toByte() }
        driver.open(redis.uri()).use { port ->
            port.reply(Call.of("SET").key("large").arg(large).build()).plain shouldBe "OK"
            port.reply(command("GET", "large")).bytes().contentEquals(large) shouldBe true
        }
    }

    test("many threads share the connection and get each its own replies, in order") {
        val threads = Executors.newFixedThreadPool(8)
        driver.open(redis.uri()).use { port ->
            (1..8).map { thread ->
                CompletableFuture.runAsync({
                    repeat(200) { round ->
                        val words = (1..5).map { "$thread-$round-$it" }
                        port.replies(*words.map { command("ECHO", it) }.toTypedArray()).map { it.plain } shouldBe words
                    }
                }, threads)
            }.forEach { it.get(60, TimeUnit.SECONDS) }
        }
        threads.shutdown()
    }

    test("a script is sent whole once on a connection, and by its hash from then on") {
        driver.open(redis.uri()).use { port ->
            port.replies(command("SCRIPT", "FLUSH"), command("CONFIG", "RESETSTAT"))
            port.replies(script(COUNT, "n"), script(COUNT, "n"), script(COUNT, "n")).map { it.plain } shouldBe
                listOf(1L, 2L, 3L)

            port.reply(script(COUNT, "n")).plain shouldBe 4L
            port.calls("eval") shouldBe 1
            port.calls("evalsha") shouldBe 3
        }
    }

    test("a new connection does not assume that Redis knows a script") {
        driver.open(redis.uri()).use { it.reply(script(COUNT, "n")).plain shouldBe 1L }
        driver.open(redis.uri()).use { port ->
            port.replies(command("SCRIPT", "FLUSH"), command("CONFIG", "RESETSTAT"), script(COUNT, "n"))
                .map { it.plain } shouldBe listOf("OK", "OK", 2L)
            port.calls("evalsha") shouldBe 0
        }
    }

    test("scripts that Redis has forgotten are sent again whole, once each and in order") {
        driver.open(redis.uri()).use { port ->
            port.reply(script(COUNT, "n")).plain shouldBe 1L

            port.replies(
                script(COUNT, "n"),
                command("SCRIPT", "FLUSH"),
                script(COUNT, "n"),
                command("APPEND", "log", "x"),
                script(COUNT, "n"),
            ).map { it.plain } shouldBe listOf(2L, "OK", 3L, 1L, 4L)

            port.reply(command("GET", "n")).plain shouldBe "4"
        }
    }

    test("an error of a script that begins like Redis' own is not taken for a script that is missing") {
        driver.open(redis.uri()).use { port ->
            port.reply(script("redis.call('INCR', 'n'); return redis.error_reply('NOSCRIPTS today')"))
            port.reply(script("redis.call('INCR', 'n'); return redis.error_reply('NOSCRIPTS today')")).plain shouldBe
                "refused: NOSCRIPTS today"

            port.reply(command("GET", "n")).plain shouldBe "2"
        }
    }

    test("calls that Redis does not answer in time are given up, and none is sent twice") {
        driver.open(redis.uri(), Duration.ofSeconds(1)).use { port ->
            port.reply(script(COUNT, "n")).plain shouldBe 1L
            redis.freeze().use {
                val took = measureTime {
                    port.replies(script(COUNT, "n"), command("INCR", "m")).forEach {
                        it.shouldBeUnanswered().message shouldBe "no reply within 1000 ms"
                    }
                }
                took.inWholeMilliseconds shouldBeLessThan 4_000
            }

            eventually(10.seconds) { port.reply(command("GET", "n")).plain shouldBe "2" }
            eventually(10.seconds) { port.reply(command("GET", "m")).plain shouldBe "1" }
        }
    }

    test("a connection that went silent is replaced") {
        driver.open(redis.uri(), Duration.ofSeconds(1)).use { port ->
            val before = port.reply(command("CLIENT", "ID")).plain
            redis.freeze().use { port.reply(command("PING")).shouldBeUnanswered() }

            eventually(10.seconds) { port.reply(command("CLIENT", "ID")).integer() shouldNotBe before }
        }
    }

    test("a call under way when its connection is killed is not sent again") {
        driver.open(redis.uri()).use { port ->
            driver.open(redis.uri()).use { other ->
                val blocked = port.aside(command("BLPOP", "list", "0"))
                eventually(10.seconds) { other.reply(command("CLIENT", "LIST")).text() shouldContain "cmd=blpop" }

                other.reply(command("CLIENT", "KILL", "TYPE", "normal"))

                blocked.get(5, TimeUnit.SECONDS).single().shouldBeUnanswered()
                eventually(10.seconds) { port.reply(command("PING")).plain shouldBe "PONG" }
                port.reply(command("RPUSH", "list", "still here")).plain shouldBe 1L
                port.reply(command("LLEN", "list")).plain shouldBe 1L
            }
        }
    }

    test("of a pipeline that is cut, what was not answered is not sent again") {
        driver.open(redis.uri()).use { port ->
            val replies = port.replies(
                command("INCR", "n"),
                command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "no"),
                command("INCR", "n"),
                script(COUNT, "n"),
            )

            replies[0].plain shouldBe 1L
            replies[2].shouldBeUnanswered()
            replies[3].shouldBeUnanswered()
            eventually(10.seconds) { port.reply(command("GET", "n")).plain shouldBe "1" }
        }
    }

    test("while Redis is away calls fail at once and say why, and it is found again when it is back") {
        RedisForTests.start("--appendonly", "yes", "--appendfsync", "always").use { own ->
            driver.open(own.uri()).use { port ->
                port.reply(script(COUNT, "n")).plain shouldBe 1L
                val blocked = port.aside(command("BLPOP", "nothing", "0"))

                own.stop()

                blocked.get(5, TimeUnit.SECONDS).single().shouldBeUnanswered()
                eventually(10.seconds) {
                    val failed = port.reply(script(COUNT, "n")).shouldBeUnanswered()
                    failed.message shouldStartWith "not connected: Connection refused"
                }
                measureTime { repeat(1000) { port.reply(script(COUNT, "n")).shouldBeUnanswered() } }
                    .inWholeMilliseconds shouldBeLessThan 3000

                own.restart()

                eventually(10.seconds) { port.reply(command("GET", "n")).plain shouldBe "1" }
                port.reply(script(COUNT, "n")).plain shouldBe 2L
            }
        }
    }

    test("closing answers what is under way and what comes later, and ends all threads") {
        val port = driver.open(redis.uri())
        port.reply(command("PING")).plain shouldBe "PONG"
        val blocked = port.aside(command("BLPOP", "nothing", "0"))
        ourThreads().shouldNotBeEmpty()

        port.close()
        port.close()

        blocked.get(5, TimeUnit.SECONDS).single().shouldBeUnanswered()
        port.reply(command("PING")).shouldBeUnanswered().message shouldBe "not connected: closed"
        eventually(5.seconds) { ourThreads().shouldBeEmpty() }
    }

    test("closing while Redis is away ends all threads and does not wait for it") {
        RedisForTests.start().use { own ->
            val port = driver.open(own.uri())
            own.stop()
            eventually(10.seconds) { port.reply(command("PING")).shouldBeUnanswered() }

            measureTime { port.close() }.inWholeMilliseconds shouldBeLessThan 4000

            eventually(5.seconds) { ourThreads().shouldBeEmpty() }
        }
    }

    test("a call in a callback works, since callbacks run where replies arrive") {
        driver.open(redis.uri()).use { port ->
            val second = port.run(listOf(command("PING"))).thenCompose { port.run(listOf(command("ECHO", "again"))) }

            second.toCompletableFuture().get(5, TimeUnit.SECONDS).map { it.plain } shouldContainExactly listOf("again")
        }
    }
}

/** That scripts' replies keep their shape, whatever the protocol. */
internal fun RedisPort.shouldKeepShapes() = replies(
    script("return {1, {}, {'a', {false, 'b'}}, redis.error_reply('OOPS in here'), 'c'}"),
    script("return false"),
    script("return redis.error_reply('OOPS out here')"),
    script("return redis.status_reply('FINE')"),
    script("return {false, false}"),
    command("BLPOP", "nothing", "0.01"),
).map { it.plain } shouldBe listOf(
    listOf(1L, emptyList<Any>(), listOf("a", listOf(null, "b")), "refused: OOPS in here", "c"),
    null,
    "refused: OOPS out here",
    "FINE",
    listOf(null, null),
    null,
)

/** That what only RESP3 has comes out as RESP2 would say it, whichever is spoken. */
internal fun RedisPort.shouldSayMapsAndScoresAsBefore() = replies(
    command("DEL", "hash", "set", "zset"),
    command("HSET", "hash", "f", "v"),
    command("HGETALL", "hash"),
    command("SADD", "set", "m"),
    command("SMEMBERS", "set"),
    command("ZADD", "zset", "1700000000", "whole"),
    command("ZADD", "zset", "1.5", "half"),
    command("ZADD", "zset", "-inf", "never"),
    command("ZSCORE", "zset", "whole"),
    command("ZSCORE", "zset", "half"),
    command("ZSCORE", "zset", "never"),
).drop(1).map { it.plain } shouldBe listOf(
    1L, listOf("f", "v"), 1L, listOf("m"), 1L, 1L, 1L, "1700000000", "1.5", "-inf",
)

/** How often Redis was told this command since the statistics were reset; null counts as never. */
private fun RedisPort.calls(command: String): Int =
    Regex("cmdstat_$command:calls=(\\d+)").find(reply(command("INFO", "commandstats")).text())
        ?.groupValues?.get(1)?.toInt() ?: 0
