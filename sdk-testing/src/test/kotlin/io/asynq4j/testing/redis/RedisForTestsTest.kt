package io.asynq4j.testing.redis

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import java.io.IOException
import java.net.Socket
import java.net.SocketTimeoutException
import java.nio.file.Path

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

private fun folders() = System.getProperty("java.io.tmpdir").let { tmp ->
    Path.of(tmp).toFile().list { _, name -> name.startsWith("asynq4j-redis-") }!!.toSet()
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
        val before = folders()
        val redis = RedisForTests.start()
        (folders() - before).size shouldBe 1
        redis.close()
        redis.close()
        answers(redis) shouldBe false
        (folders() - before).shouldBeEmpty()
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
        val property = Executable.candidates("/somewhere/redis-server", mapOf("ASYNQ4J_REDIS_SERVER" to "/elsewhere"))
        property.map { it.name() } shouldBe listOf("/somewhere/redis-server")
        val variable = Executable.candidates("", mapOf("ASYNQ4J_REDIS_SERVER" to "/elsewhere"))
        variable.map { it.name() } shouldBe listOf("/elsewhere")
        shouldThrow<IOException> { variable.single().finder().find(Path.of(".")) }
            .message shouldContain "ASYNQ4J_REDIS_SERVER"
    }
})
