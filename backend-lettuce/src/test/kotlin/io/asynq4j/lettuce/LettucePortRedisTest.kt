package io.asynq4j.lettuce

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
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import io.lettuce.core.ClientOptions
import io.lettuce.core.RedisClient
import io.lettuce.core.RedisURI
import io.lettuce.core.protocol.ProtocolVersion
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime

private const val COUNT = "return redis.call('INCR', KEYS[1])"

class LettucePortRedisTest : FunSpec({
    val redis = RedisForTests.start()
    afterSpec { redis.close() }

    beforeTest { portTo(redis.uri()).use { it.reply(command("FLUSHALL")).plain shouldBe "OK" } }

    test("replies come in the order of the calls, whatever they are") {
        portTo(redis.uri()).use { port ->
            port.replies(
                command("SET", "text", "é"),
                command("GET", "text"),
                command("GET", "nothing"),
                command("RPUSH", "list", "a", "b"),
                Call.of("LRANGE").key("list").arg(0).arg(-1).build(),
                command("LRANGE", "nothing", "0", "-1"),
                command("INCR", "text"),
                command("NO-SUCH-COMMAND"),
                command("STRLEN", "text"),
            ).map { it.plain } shouldBe listOf(
                "OK", "é", null, 2L, listOf("a", "b"), emptyList<Any>(),
                "refused: ERR value is not an integer or out of range",
                "refused: ERR unknown command `NO-SUCH-COMMAND`, with args beginning with: ",
                2L,
            )
        }
    }

    ProtocolVersion.values().forEach { version ->
        test("$version: replies of scripts keep their shape, with nothing, errors and arrays inside arrays") {
            val client = RedisClient.create()
            client.options = ClientOptions.builder().protocolVersion(version).build()
            LettuceBroker.builder(client, RedisURI.create(redis.uri())).port().use { port ->
                port.replies(
                    script("return {1, {}, {'a', {false, 'b'}}, redis.error_reply('OOPS in here'), 'c'}"),
                    script("return false"),
                    script("return redis.error_reply('OOPS')"),
                    script("return redis.status_reply('FINE')"),
                    script("return {false, false}"),
                    command("BLPOP", "nothing", "0.01"),
                ).map { it.plain } shouldBe listOf(
                    listOf(1L, emptyList<Any>(), listOf("a", listOf(null, "b")), "refused: OOPS in here", "c"),
                    null,
                    "refused: OOPS",
                    "FINE",
                    listOf(null, null),
                    null,
                )
            }
            client.shutdown()
        }
    }

    test("what only RESP3 has comes out as RESP2 would say it") {
        portTo(redis.uri()).use { port ->
            port.replies(
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
                script("redis.setresp(3); return {true, false}"),
            ).map { it.plain } shouldBe listOf(
                1L, listOf("f", "v"), 1L, listOf("m"), 1L, 1L, 1L, "1700000000", "1.5", "-inf", listOf(1L, 0L),
            )
        }
    }

    test("no calls have no replies") {
        portTo(redis.uri()).use { it.replies().shouldBeEmpty() }
    }

    test("10 MiB of any bytes go there and back") {
        val large = ByteArray(10 shl 20) { (it * 31 + it / 251).toByte() }
        portTo(redis.uri()).use { port ->
            port.reply(Call.of("SET").key("large").arg(large).build()).plain shouldBe "OK"
            port.reply(command("GET", "large")).bytes().contentEquals(large) shouldBe true
        }
    }

    test("many threads share the connection and get each its own replies, in order") {
        val threads = Executors.newFixedThreadPool(8)
        portTo(redis.uri()).use { port ->
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
        portTo(redis.uri()).use { port ->
            port.replies(command("SCRIPT", "FLUSH"), command("CONFIG", "RESETSTAT"))
            port.replies(script(COUNT, "n"), script(COUNT, "n"), script(COUNT, "n")).map { it.plain } shouldBe
                listOf(1L, 2L, 3L)

            port.reply(script(COUNT, "n")).plain shouldBe 4L
            port.calls("eval") shouldBe 1
            port.calls("evalsha") shouldBe 3
        }
    }

    test("a new connection does not assume that Redis knows a script") {
        portTo(redis.uri()).use { it.reply(script(COUNT, "n")).plain shouldBe 1L }
        portTo(redis.uri()).use { port ->
            port.replies(command("SCRIPT", "FLUSH"), command("CONFIG", "RESETSTAT"), script(COUNT, "n"))
                .map { it.plain } shouldBe listOf("OK", "OK", 2L)
            port.calls("evalsha") shouldBe 0
        }
    }

    test("scripts that Redis has forgotten are sent again whole, once each and in order") {
        portTo(redis.uri()).use { port ->
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
        portTo(redis.uri()).use { port ->
            port.reply(script("redis.call('INCR', 'n'); return redis.error_reply('NOSCRIPTS today')"))
            port.reply(script("redis.call('INCR', 'n'); return redis.error_reply('NOSCRIPTS today')")).plain shouldBe
                "refused: NOSCRIPTS today"

            port.reply(command("GET", "n")).plain shouldBe "2"
        }
    }

    test("calls that Redis does not answer in time are given up, and none is sent twice") {
        portTo(redis.uri(), Duration.ofMillis(300)).use { port ->
            port.reply(script(COUNT, "n")).plain shouldBe 1L
            redis.freeze().use {
                val took = measureTime {
                    port.replies(script(COUNT, "n"), command("INCR", "m")).forEach {
                        it.shouldBeUnanswered().message shouldBe "no reply within 300 ms"
                    }
                }
                took.inWholeMilliseconds shouldBeLessThan 3000
            }

            eventually(10.seconds) { port.reply(command("GET", "n")).plain shouldBe "2" }
            port.reply(command("GET", "m")).plain shouldBe "1"
        }
    }

    test("a connection that went silent is replaced") {
        portTo(redis.uri(), Duration.ofMillis(300)).use { port ->
            val before = port.reply(command("CLIENT", "ID")).plain
            redis.freeze().use { port.reply(command("PING")).shouldBeUnanswered() }

            eventually(10.seconds) { port.reply(command("CLIENT", "ID")).integer() shouldNotBe before }
        }
    }

    test("one slow call does not cost the connection, as long as others are answered") {
        portTo(redis.uri(), Duration.ofMillis(300)).use { port ->
            val before = port.reply(command("CLIENT", "ID")).plain
            val slow = port.run(listOf(command("PING"), command("BLPOP", "nothing", "0.6")))

            slow.toCompletableFuture().get(5, TimeUnit.SECONDS).map { it.plain } shouldBe
                listOf("PONG", "unanswered: no reply within 300 ms")
            eventually(10.seconds) { port.reply(command("CLIENT", "ID")).plain shouldBe before }
        }
    }

    test("a call under way when its connection is killed is not sent again") {
        portTo(redis.uri()).use { port ->
            portTo(redis.uri()).use { other ->
                val blocked = port.run(listOf(command("BLPOP", "list", "0")))
                eventually(10.seconds) { other.reply(command("CLIENT", "LIST")).text() shouldContain "cmd=blpop" }

                other.reply(command("CLIENT", "KILL", "TYPE", "normal"))

                blocked.toCompletableFuture().get(5, TimeUnit.SECONDS).single().shouldBeUnanswered()
                eventually(10.seconds) { port.reply(command("PING")).plain shouldBe "PONG" }
                port.reply(command("RPUSH", "list", "still here")).plain shouldBe 1L
                port.reply(command("LLEN", "list")).plain shouldBe 1L
            }
        }
    }

    test("of a pipeline that is cut, what was not answered is not sent again") {
        portTo(redis.uri()).use { port ->
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
            portTo(own.uri()).use { port ->
                port.reply(script(COUNT, "n")).plain shouldBe 1L
                val blocked = port.run(listOf(command("BLPOP", "nothing", "0")))

                own.stop()

                blocked.toCompletableFuture().get(5, TimeUnit.SECONDS).single().shouldBeUnanswered()
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
        val port = portTo(redis.uri())
        port.reply(command("PING")).plain shouldBe "PONG"
        val blocked = port.run(listOf(command("BLPOP", "nothing", "0")))
        ourThreads().shouldNotBeEmpty()

        port.close()
        port.close()

        blocked.toCompletableFuture().get(5, TimeUnit.SECONDS).single().shouldBeUnanswered()
        port.reply(command("PING")).shouldBeUnanswered().message shouldBe "not connected: closed"
        eventually(5.seconds) { ourThreads().shouldBeEmpty() }
    }

    test("closing while Redis is away ends all threads and does not wait for it") {
        RedisForTests.start().use { own ->
            val port = portTo(own.uri())
            own.stop()
            eventually(10.seconds) { port.reply(command("PING")).shouldBeUnanswered() }

            measureTime { port.close() }.inWholeMilliseconds shouldBeLessThan 4000

            eventually(5.seconds) { ourThreads().shouldBeEmpty() }
        }
    }

    test("a client that was handed in is left as it was, and nothing of ours stays with it") {
        val client = RedisClient.create(redis.uri())
        val options = client.options
        val port = LettuceBroker.builder(client, RedisURI.create(redis.uri())).port()
        port.reply(command("PING")).plain shouldBe "PONG"

        port.close()

        client.options shouldBe options
        client.connect().use { connection ->
            connection.sync().ping() shouldBe "PONG"
            connection.sync().clientList().lines().filter { it.isNotBlank() }.size shouldBe 1
        }
        client.shutdown()
    }

    test("a call in a callback works, since callbacks run where replies arrive") {
        portTo(redis.uri()).use { port ->
            val second = port.run(listOf(command("PING"))).thenCompose { port.run(listOf(command("ECHO", "again"))) }

            second.toCompletableFuture().get(5, TimeUnit.SECONDS).map { it.plain } shouldContainExactly listOf("again")
        }
    }

    test("it does not block its callers") {
        portTo(redis.uri()).use { it.blocking() shouldBe false }
    }
})

/** How often Redis was told this command since the statistics were reset; null counts as never. */
private fun RedisPort.calls(command: String): Int =
    Regex("cmdstat_$command:calls=(\\d+)").find(reply(command("INFO", "commandstats")).text())
        ?.groupValues?.get(1)?.toInt() ?: 0
