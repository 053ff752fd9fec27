package io.asynq4j.jedis

import io.asynq4j.redis.command
import io.asynq4j.redis.driver.ourThreads
import io.asynq4j.redis.driver.portPromises
import io.asynq4j.redis.driver.shouldKeepShapes
import io.asynq4j.redis.driver.shouldSayMapsAndScoresAsBefore
import io.asynq4j.redis.plain
import io.asynq4j.redis.port.RedisUri
import io.asynq4j.redis.replies
import io.asynq4j.redis.reply
import io.asynq4j.redis.script
import io.asynq4j.redis.shouldBeUnanswered
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import redis.clients.jedis.RedisClient
import redis.clients.jedis.RedisProtocol
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.seconds

class JedisPortRedisTest : FunSpec({
    val redis = RedisForTests.start()
    afterSpec { redis.close() }

    portPromises(Driver)

    RedisProtocol.entries.forEach { protocol ->
        test("$protocol: replies keep their shape, with nothing, errors and arrays inside arrays") {
            JedisBroker.builder(RedisUri.of(redis.uri())).config { it.protocol(protocol) }.port().use { port ->
                port.shouldKeepShapes()
                port.shouldSayMapsAndScoresAsBefore()
            }
        }
    }

    test("truth comes out as a number") {
        JedisBroker.builder(RedisUri.of(redis.uri())).config { it.protocol(RedisProtocol.RESP3) }.port().use { port ->
            port.reply(script("redis.setresp(3); return {true, false}")).plain shouldBe listOf(1L, 0L)
        }
    }

    test("a connection is back in the pool after a flush, and never with replies that nobody has read") {
        JedisBroker.builder(RedisUri.of(redis.uri())).connections(2).commandTimeout(Duration.ofSeconds(1)).port()
            .use { port ->
                port.replies(command("ECHO", "a"), command("BLPOP", "nothing", "3"), command("ECHO", "b"))
                    .drop(1).forEach { it.shouldBeUnanswered() }

                repeat(20) { port.reply(command("ECHO", "$it")).plain shouldBe "$it" }
            }
    }

    test("calls one after another need one connection, listening one more, and closing ends both") {
        RedisForTests.start().use { own ->
            fun connections() = own.ask("CLIENT", "LIST").toString().lines().count {
                " cmd=client" !in it &&
                    it.isNotBlank()
            }
            val port = Driver.open(own.uri(), Duration.ofSeconds(5), Duration.ofSeconds(4))
            repeat(50) { port.replies(command("PING"), script("return 1")) }
            connections() shouldBe 1

            port.subscribe("channel") {}
            eventually(5.seconds) { own.ask("PUBSUB", "CHANNELS") shouldBe listOf("channel") }
            repeat(50) { port.replies(command("PING"), script("return 1")) }
            connections() shouldBe 2

            port.close()
            eventually(5.seconds) { connections() shouldBe 0 }
        }
    }

    test("more threads than connections wait for each other, and no more connections are made than allowed") {
        val threads = Executors.newFixedThreadPool(12)
        JedisBroker.builder(RedisUri.of(redis.uri())).connections(3).port().use { port ->
            (1..12).map { thread ->
                CompletableFuture.runAsync({
                    repeat(100) { port.reply(command("ECHO", "$thread-$it")).plain shouldBe "$thread-$it" }
                }, threads)
            }.forEach { it.get(60, TimeUnit.SECONDS) }
            port.reply(command("CLIENT", "LIST")).text().lines().count { it.isNotBlank() } shouldBeLessThanOrEqual 3
        }
        threads.shutdown()
    }

    test("a client that was handed in is left as it was, and nothing of ours stays with it") {
        RedisClient.create(redis.uri()).use { client ->
            val port = JedisBroker.builder(client).port()
            port.reply(command("PING")).plain shouldBe "PONG"
            port.subscribe("channel") {}.close()

            port.close()

            eventually(5.seconds) { redis.ask("PUBSUB", "CHANNELS") shouldBe emptyList<Any>() }
            client.ping() shouldBe "PONG"
            client.get("nothing") shouldBe null
        }
        ourThreads().shouldBeEmpty()
    }

    test("settings that make no sense are refused by name") {
        val builder = JedisBroker.builder(RedisUri.of("redis://h"))
        shouldThrow<IllegalArgumentException> { builder.commandTimeout(Duration.ZERO) }.message shouldBe
            "command timeout must be more than zero: PT0S"
        shouldThrow<IllegalArgumentException> { builder.connections(1) }.message shouldBe
            "connections must be at least 2, one of them to listen: 1"
    }

    test("it blocks its callers, and says so") {
        Driver.open(redis.uri(), Duration.ofSeconds(5), Duration.ofSeconds(4)).use { it.blocking() shouldBe true }
    }
})
