package io.asynq4j.testing.redis

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import java.io.IOException
import java.net.Socket
import java.net.SocketTimeoutException
import java.util.Properties
import kotlin.io.path.exists

/** Says one line to [redis] and answers the first line of the reply. */
private fun say(redis: RedisForTests, line: String): String = Socket(redis.host(), redis.port()).use {
    it.soTimeout = 5_000
    it.getOutputStream().write("$line\r\n".toByteArray())
    it.getInputStream().bufferedReader().readLine()
}

private fun answers(redis: RedisForTests): Boolean = try {
    say(redis, "PING") == "+PONG"
} catch (_: IOException) {
    false
}

class RedisForTestsTest : FunSpec({
    test("a Redis of one's own answers, and is empty") {
        RedisForTests.start().use {
            say(it, "PING") shouldBe "+PONG"
            say(it, "DBSIZE") shouldBe ":0"
            it.uri() shouldBe "redis://${it.host()}:${it.port()}"
        }
    }

    test("two of them do not know each other") {
        RedisForTests.start().use { one ->
            RedisForTests.start().use { other ->
                one.port() shouldNotBe other.port()
                say(one, "SET key value") shouldBe "+OK"
                say(other, "EXISTS key") shouldBe ":0"
            }
        }
    }

    test("one that is closed has ended and left nothing behind") {
        val redis = RedisForTests.start()
        val folder = redis.socket().parent
        folder.exists() shouldBe true
        redis.close()
        redis.close()
        answers(redis) shouldBe false
        folder.exists() shouldBe false
    }

    test("one that was stopped comes back on its port, without what it had") {
        RedisForTests.start().use {
            say(it, "SET key value") shouldBe "+OK"
            it.stop()
            answers(it) shouldBe false
            it.restart()
            say(it, "EXISTS key") shouldBe ":0"
        }
    }

    test("settings are the caller's: one that appends to a file still has everything after a restart") {
        RedisForTests.start("--appendonly", "yes", "--appendfsync", "always").use {
            say(it, "SET key value") shouldBe "+OK"
            it.restart()
            say(it, "EXISTS key") shouldBe ":1"
        }
    }

    test("one with a password starts, and asks for it") {
        RedisForTests.start("--requirepass", "secret").use { say(it, "PING") shouldStartWith "-NOAUTH" }
    }

    test("a frozen one keeps silent until it is thawed") {
        RedisForTests.start().use { redis ->
            Socket(redis.host(), redis.port()).use {
                it.soTimeout = 100
                redis.freeze().use { _ ->
                    it.getOutputStream().write("PING\r\n".toByteArray())
                    shouldThrow<SocketTimeoutException> { it.getInputStream().read() }
                }
                it.soTimeout = 5_000
                it.getInputStream().bufferedReader().readLine() shouldBe "+PONG"
            }
        }
    }

    test("a frozen one can be closed") {
        val redis = RedisForTests.start()
        val handle = redis.freeze()
        redis.close()
        handle.close()
        answers(redis) shouldBe false
    }

    test("a setting that Redis refuses is told with Redis' own words") {
        shouldThrow<RedisNotAvailableException> { RedisForTests.start("--no-such-setting", "1") }
            .message shouldContain "no-such-setting"
    }

    test("a server asked for by name is the only one that is tried") {
        val plain = Launch(Launch.Kind.SERVER, emptyList())
        fun sources(property: Map<String, String>, variable: Map<String, String>) =
            Source.all(plain, Properties().apply { putAll(property) }, variable)
        val here = mapOf("asynq4j.redis.server" to "/somewhere/redis-server")
        val there = mapOf("ASYNQ4J_REDIS_SERVER" to "/elsewhere")
        sources(here, there).map { it.name() } shouldBe listOf("/somewhere/redis-server")
        sources(emptyMap(), there).map { it.name() } shouldBe listOf("/elsewhere")
        shouldThrow<IOException> { sources(emptyMap(), there).single().finder().start() }
            .message shouldContain "ASYNQ4J_REDIS_SERVER"
    }

    test("an address that is given is used where any server will do, and never stopped") {
        RedisForTests.start().use { theirs ->
            val given = Properties().apply { put("asynq4j.redis.address", "${theirs.host()}:${theirs.port()}") }
            val server = Source.all(
                Launch(Launch.Kind.SERVER, emptyList()),
                given,
                emptyMap(),
            ).single().finder().start()
            server.port() shouldBe theirs.port()
            listOf(server::stop, server::restart, { server.freeze() }).forAll { act ->
                shouldThrow<IllegalStateException> { act() }.message shouldContain "given by its address"
            }
            server.close()
            theirs.ask("PING") shouldBe "PONG"
            val own = Launch(Launch.Kind.SERVER, listOf("--requirepass", "secret"))
            Source.all(own, given, emptyMap()).map { it.name() } shouldContain "redis-server on PATH"
        }
    }

    test("an address that is none, or where nobody answers, is told with its rule") {
        fun failure(address: String) = shouldThrow<IOException> {
            val given = Properties().apply { put("asynq4j.redis.address", address) }
            Source.all(Launch(Launch.Kind.SERVER, emptyList()), given, emptyMap()).single().finder().start()
        }.message
        listOf("somewhere", "host:", "host:port").forAll {
            failure(it) shouldContain "an address is host:port, such as 127.0.0.1:6379, and not \"$it\""
        }
        failure("127.0.0.1:1") shouldContain "refused"
    }

    test("servers that others provide are asked after those on this machine, and before what comes in a jar") {
        val names = Source.all(Launch(Launch.Kind.SERVER, emptyList()), Properties(), emptyMap()).map { it.name() }
        names.take(2) shouldBe listOf("redis-server on PATH", "valkey-server on PATH")
        names.takeLast(2) shouldBe listOf("embedded-redis", "embedded-redis, static build")
    }
})
