package io.asynq4j.redis.driver

import io.asynq4j.redis.RedisBroker
import io.asynq4j.redis.command
import io.asynq4j.redis.plain
import io.asynq4j.redis.port.RedisPort
import io.asynq4j.redis.replies
import io.asynq4j.redis.reply
import io.asynq4j.task.BrokerUnavailableException
import io.asynq4j.testing.redis.RedisForTests
import io.asynq4j.testing.redis.TlsForTests
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldMatch
import io.kotest.matchers.string.shouldNotContain
import java.net.ServerSocket
import java.time.Duration
import java.util.concurrent.FutureTask
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime

/** What opening any driver's port comes to. */
internal fun FunSpec.openingPromises(driver: PortDriver) {
    val redis = RedisForTests.start("--requirepass", "hush")
    val plain = RedisForTests.start()
    val certificate = TlsForTests.forNames("dns:localhost")
    val tls = RedisForTests.start(*certificate.settings())
    afterSpec {
        listOf(redis, plain, tls, certificate).forEach { it.close() }
    }

    fun at(host: String) = Regex.escape("cannot connect to Redis at $host: ")

    test("a broker that was opened is there, until it is closed") {
        val broker = RedisBroker.over(driver.open(plain.uri()))
        broker.ping()

        broker.close()
        broker.close()

        shouldThrow<BrokerUnavailableException> { broker.ping() }.message!! shouldContain "closed"
        eventually(5.seconds) { ourThreads().shouldBeEmpty() }
    }

    listOf(
        "a port where nobody listens" to { "redis://:hush@127.0.0.1:1" } to
            at("redis://***@127.0.0.1:1/0") + "Connection refused.*",
        "an unknown host" to { "redis://no-such-host.invalid" } to
            at("redis://no-such-host.invalid:6379/0") + "(unknown host|no answer in time)",
        "a wrong password" to { "redis://:hushhush@127.0.0.1:${redis.port()}" } to
            at("redis://***@127.0.0.1:${redis.port()}/0") + "WRONGPASS .*",
        "an unknown user" to { "redis://hushed:hush@127.0.0.1:${redis.port()}" } to
            at("redis://***@127.0.0.1:${redis.port()}/0") + "WRONGPASS .*",
        "no password where one is needed" to { "redis://127.0.0.1:${redis.port()}" } to
            at("redis://127.0.0.1:${redis.port()}/0") + "NOAUTH .*",
        "a password where none is needed" to { "redis://ada:hush@127.0.0.1:${plain.port()}" } to
            at("redis://***@127.0.0.1:${plain.port()}/0") + "WRONGPASS .*",
        "a database that is not there" to { "redis://:hush@127.0.0.1:${redis.port()}/99" } to
            at("redis://***@127.0.0.1:${redis.port()}/99") + "ERR .*DB index is out of range",
        "TLS at a plain port" to { "rediss://127.0.0.1:${plain.port()}" } to
            at("rediss://127.0.0.1:${plain.port()}/0") +
            "(no TLS: .*timed out.*|no answer in time .*TLS.*|.* or not speak TLS.*|the server does not speak TLS at this port)",
        "no TLS at a port for TLS" to { "redis://127.0.0.1:${tls.port()}" } to
            at("redis://127.0.0.1:${tls.port()}/0") +
            Regex.escape("the server closed the connection (a port for TLS needs rediss://)"),
        "a certificate that nobody vouches for" to { "rediss://localhost:${tls.port()}" } to
            at("rediss://localhost:${tls.port()}/0") + "no TLS: .*certification path.*",
    ).forEach { (case, message) ->
        val (what, uri) = case
        // that server says nothing at all: all of the connect timeout goes by, and a busy machine adds to it
        val patience = Duration.ofSeconds(if (what == "TLS at a plain port") 3 else 4)
        test("$what is told in one exception within 5 s, and leaves no thread") {
            val took = measureTime {
                val failure = shouldThrow<BrokerUnavailableException> { driver.open(uri(), connectTimeout = patience) }
                failure.message!! shouldMatch message
                failure.message!! shouldNotContain "hush"
            }

            took.inWholeMilliseconds shouldBeLessThan 5000
            eventually(5.seconds) { ourThreads().shouldBeEmpty() }
        }
    }

    listOf("5.0.14", "6.0.16").forEach { version ->
        test("Redis $version is told to be too old in one exception within 5 s, and leaves no thread") {
            OldServer(version).use { old ->
                val took = measureTime {
                    shouldThrow<BrokerUnavailableException> { driver.open(old.uri) }.message!! shouldMatch
                        at("${old.uri}/0") +
                        "this is (Redis $version|a Redis before version 6), and asynq4j needs Redis 6.2 or later, or Valkey"
                }
                took.inWholeMilliseconds shouldBeLessThan 5_000
                eventually(5.seconds) { ourThreads().shouldBeEmpty() }
            }
        }
    }

    test("a user who may not ask for the version is let in") {
        driver.open("redis://:hush@127.0.0.1:${redis.port()}").use {
            it.reply(command("ACL", "SETUSER", "discreet", "on", "nopass", "~*", "+@all", "-info")).plain shouldBe "OK"
        }
        driver.open("redis://discreet:@127.0.0.1:${redis.port()}").use {
            it.reply(command("ACL", "WHOAMI")).plain shouldBe "discreet"
        }
    }

    test("a server that takes the connection and says nothing costs the connect timeout, and not more") {
        ServerSocket(0).use { silent ->
            val took = measureTime {
                val failure = shouldThrow<BrokerUnavailableException> {
                    driver.open("redis://127.0.0.1:${silent.localPort}", connectTimeout = Duration.ofMillis(500))
                }
                failure.message!! shouldMatch at("redis://127.0.0.1:${silent.localPort}/0") + ".*(in time|timed out).*"
            }

            took.inWholeMilliseconds shouldBeLessThan 3000
            eventually(5.seconds) { ourThreads().shouldBeEmpty() }
        }
    }

    test("a thread that is interrupted while it waits goes on, and stays interrupted") {
        ServerSocket(0).use { silent ->
            val opened = FutureTask {
                runCatching { driver.open("redis://127.0.0.1:${silent.localPort}") } to Thread.interrupted()
            }
            val opener = Thread(opened, "opener")
            opener.start()
            eventually(5.seconds) { opener.state shouldBe Thread.State.TIMED_WAITING }
            opener.interrupt()

            val (port, interrupted) = opened.get(10, TimeUnit.SECONDS)
            shouldThrow<BrokerUnavailableException> { port.getOrThrow() }.message!! shouldMatch
                at("redis://127.0.0.1:${silent.localPort}/0") + "interrupted"
            interrupted shouldBe true
        }
        eventually(5.seconds) { ourThreads().shouldBeEmpty() }
    }

    test("the password logs the default user in, and the database is selected") {
        driver.open("redis://:hush@127.0.0.1:${redis.port()}/3").use { port ->
            port.reply(command("ACL", "WHOAMI")).plain shouldBe "default"
            port.reply(command("CLIENT", "LIST")).text() shouldContain " db=3 "
        }
    }

    test("a user of the access list logs in, with a password of any characters or none") {
        driver.open("redis://:hush@127.0.0.1:${redis.port()}").use { admin ->
            admin.replies(
                command("ACL", "SETUSER", "ada", "on", ">p@s/s:é%", "~*", "+@all"),
                command("ACL", "SETUSER", "guest", "on", "nopass", "~*", "+@all"),
            ).map { it.plain } shouldBe listOf("OK", "OK")
        }

        driver.open("redis://ada:p%40s%2Fs:%C3%A9%25@127.0.0.1:${redis.port()}").use {
            it.reply(command("ACL", "WHOAMI")).plain shouldBe "ada"
        }
        driver.open("redis://guest:@127.0.0.1:${redis.port()}").use {
            it.reply(command("ACL", "WHOAMI")).plain shouldBe "guest"
        }
    }
}

/**
 * Logs in as somebody whose password then changes, and whose connections are killed.
 *
 * @param open answers a port to a URI, over which one logs in as ada with the password of that time
 */
internal suspend fun shouldAskForCredentialsEachTime(open: (uri: String, password: () -> String) -> RedisPort) {
    RedisForTests.start().use { redis ->
        var password = "first"
        redis.ask("ACL", "SETUSER", "ada", "on", ">first", "~*", "+@all")
        open(redis.uri()) { password }.use { port ->
            port.reply(command("ACL", "WHOAMI")).plain shouldBe "ada"
            password = "second"
            redis.ask("ACL", "SETUSER", "ada", "resetpass", ">second")
            redis.ask("CLIENT", "KILL", "TYPE", "normal")
            eventually(10.seconds) { port.reply(command("ACL", "WHOAMI")).plain shouldBe "ada" }
        }
    }
}
