package io.asynq4j.lettuce

import io.asynq4j.redis.command
import io.asynq4j.redis.driver.portPromises
import io.asynq4j.redis.driver.shouldKeepShapes
import io.asynq4j.redis.driver.shouldSayMapsAndScoresAsBefore
import io.asynq4j.redis.plain
import io.asynq4j.redis.reply
import io.asynq4j.redis.script
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.lettuce.core.ClientOptions
import io.lettuce.core.RedisClient
import io.lettuce.core.RedisURI
import io.lettuce.core.protocol.ProtocolVersion
import java.time.Duration
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.seconds

class LettucePortRedisTest : FunSpec({
    val redis = RedisForTests.start()
    afterSpec { redis.close() }

    portPromises(Driver)

    ProtocolVersion.values().forEach { version ->
        test("$version: replies of scripts keep their shape, with nothing, errors and arrays inside arrays") {
            val client = RedisClient.create()
            client.options = ClientOptions.builder().protocolVersion(version).build()
            LettuceBroker.builder(client, RedisURI.create(redis.uri())).port().use { port ->
                port.shouldKeepShapes()
            }
            client.shutdown()
        }
    }

    test("what only RESP3 has comes out as RESP2 would say it") {
        portTo(redis.uri()).use { port ->
            port.shouldSayMapsAndScoresAsBefore()
            port.reply(script("redis.setresp(3); return {true, false}")).plain shouldBe listOf(1L, 0L)
        }
    }

    test("one slow call does not cost the connection, as long as others are answered") {
        portTo(redis.uri(), Duration.ofSeconds(1)).use { port ->
            val before = port.reply(command("CLIENT", "ID")).plain
            val slow = port.run(listOf(command("PING"), command("BLPOP", "nothing", "1.5")))

            slow.toCompletableFuture().get(5, TimeUnit.SECONDS).map { it.plain } shouldBe
                listOf("PONG", "unanswered: no reply within 1000 ms")
            eventually(10.seconds) { port.reply(command("CLIENT", "ID")).plain shouldBe before }
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

    test("it does not block its callers") {
        portTo(redis.uri()).use { it.blocking() shouldBe false }
    }
})
