package io.asynq4j.lettuce

import io.asynq4j.redis.campaign.Proxy
import io.asynq4j.redis.command
import io.asynq4j.redis.plain
import io.asynq4j.redis.port.RedisUri
import io.asynq4j.redis.reply
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.collections.shouldNotContain
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.lettuce.core.ClientOptions
import io.lettuce.core.RedisClient
import io.lettuce.core.RedisURI
import io.lettuce.core.protocol.ProtocolVersion
import java.time.Duration
import java.util.Collections
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime

private const val CHANNEL = "asynq:cancel"

/** Remembers what it was told. */
private class Ear {
    private val told = Collections.synchronizedList(mutableListOf<String>())

    val heard: List<String> get() = told.toList()

    fun hear(message: String) {
        told += message
    }
}

class SubscriptionsRedisTest : FunSpec({
    val redis = RedisForTests.start()
    val other = portTo(redis.uri())
    afterSpec {
        other.close()
        redis.close()
    }

    ProtocolVersion.values().forEach { version ->
        test("$version: messages of a channel are heard in order, whatever they are, and those of others are not") {
            val client = RedisClient.create()
            client.options = ClientOptions.builder().protocolVersion(version).build()
            LettuceBroker.builder(client, RedisURI.create(redis.uri())).port().use { port ->
                val ear = Ear()
                port.subscribe(CHANNEL, ear::hear)
                other.shouldHaveSubscribers(CHANNEL, 1)

                other.publish("another", "x")
                val messages = listOf("a", "", "é 日本", "b\r\nc") + (1..200).map { "$it" }
                messages.forEach { other.publish(CHANNEL, it) }

                eventually(10.seconds) { ear.heard shouldBe messages }
            }
            client.shutdown()
        }
    }

    test("commands go on over the other connection while one listens") {
        portTo(redis.uri()).use { port ->
            port.subscribe(CHANNEL) {}
            other.shouldHaveSubscribers(CHANNEL, 1)

            port.reply(command("ECHO", "still here")).plain shouldBe "still here"
        }
    }

    test("a port has one connection while nobody listens, and two while somebody does, however many") {
        val before = other.connections()
        portTo(redis.uri()).use { port ->
            other.connections() shouldBe before + 1
            val handles = (1..20).map { port.subscribe("channel-${it % 4}") {} }
            repeat(4) { other.shouldHaveSubscribers("channel-$it", 1) }
            other.connections() shouldBe before + 2

            handles.drop(1).forEach { it.close() }
            other.connections() shouldBe before + 2
            handles.first().close()

            eventually(10.seconds) { other.connections() shouldBe before + 1 }
        }
        eventually(10.seconds) { other.connections() shouldBe before }
    }

    test("everybody who listens to a channel is told, and nobody after having stopped") {
        portTo(redis.uri()).use { port ->
            val first = Ear()
            val second = Ear()
            val handle = port.subscribe(CHANNEL, first::hear)
            port.subscribe(CHANNEL, second::hear)
            other.shouldHaveSubscribers(CHANNEL, 1)
            other.publish(CHANNEL, "both")
            eventually(10.seconds) { second.heard shouldContainExactly listOf("both") }

            handle.close()
            handle.close()
            other.publish(CHANNEL, "one")

            eventually(10.seconds) { second.heard shouldContainExactly listOf("both", "one") }
            first.heard shouldContainExactly listOf("both")
        }
    }

    test("who listens again after nobody did is told again") {
        portTo(redis.uri()).use { port ->
            port.subscribe(CHANNEL) {}.close()
            val ear = Ear()
            port.subscribe(CHANNEL, ear::hear)

            eventually(10.seconds) {
                other.publish(CHANNEL, "again")
                ear.heard shouldContain "again"
            }
        }
    }

    test("a listener that fails does not keep the others from being told") {
        portTo(redis.uri()).use { port ->
            val ear = Ear()
            port.subscribe(CHANNEL) { error("deaf") }
            port.subscribe(CHANNEL, ear::hear)
            other.shouldHaveSubscribers(CHANNEL, 1)

            listOf("a", "b").forEach { other.publish(CHANNEL, it) }

            eventually(10.seconds) { ear.heard shouldContainExactly listOf("a", "b") }
        }
    }

    test("a connection that is killed is replaced, with all its subscriptions") {
        portTo(redis.uri()).use { port ->
            val ears = List(2) { Ear() }
            ears.forEachIndexed { i, ear -> port.subscribe("killed-$i", ear::hear) }
            repeat(2) { other.shouldHaveSubscribers("killed-$it", 1) }
            repeat(3) { round ->
                other.reply(command("CLIENT", "KILL", "TYPE", "pubsub")).plain shouldBe 1L
                repeat(2) { other.shouldHaveSubscribers("killed-$it", 1) }

                ears.forEachIndexed { i, ear ->
                    other.publish("killed-$i", "$round")
                    eventually(10.seconds) { ear.heard shouldBe (0..round).map { "$it" } }
                }
            }
        }
    }

    test("subscribing does not wait for a Redis that is away, and is made up for when it is back") {
        RedisForTests.start().use { own ->
            portTo(own.uri()).use { port ->
                val ear = Ear()
                own.stop()
                measureTime { port.subscribe(CHANNEL, ear::hear) }.inWholeMilliseconds shouldBeLessThan 3_000
                own.restart()
                portTo(own.uri()).use { witness ->
                    witness.shouldHaveSubscribers(CHANNEL, 1)
                    witness.publish(CHANNEL, "at last")
                    eventually(10.seconds) { ear.heard shouldContainExactly listOf("at last") }

                    own.stop()
                    own.restart()
                    eventually(20.seconds) {
                        witness.publish(CHANNEL, "once more")
                        ear.heard shouldContain "once more"
                    }
                }
            }
        }
    }

    test("a connection over which nothing comes any more is replaced, though nobody has closed it") {
        Proxy(redis.port()).use { proxy ->
            portTo(proxy.uri, Duration.ofSeconds(1)).use { port ->
                val ear = Ear()
                port.subscribe(CHANNEL, ear::hear)
                val first = eventually(20.seconds) { other.listeners().single() }

                proxy.be(Proxy.Mood.DEAF)
                eventually(10.seconds) { other.listeners() shouldNotContain first }
                proxy.be(Proxy.Mood.FAITHFUL)

                eventually(20.seconds) {
                    other.publish(CHANNEL, "again")
                    ear.heard shouldContain "again"
                }
            }
        }
    }

    test("a Redis that refuses to let us subscribe keeps its connections, and commands go on") {
        RedisForTests.start().use { own ->
            portTo(own.uri()).use { witness ->
                witness.reply(
                    command("ACL", "SETUSER", "deaf", "on", ">pw", "~*", "+@all", "-subscribe"),
                ).plain shouldBe
                    "OK"
                LettuceBroker.builder(RedisUri.of(own.uri().replace("redis://", "redis://deaf:pw@")))
                    .commandTimeout(Duration.ofMillis(800)).port().use { port ->
                        // silent for longer than that is another matter
                        port.subscribe(CHANNEL) {}
                        eventually(20.seconds) {
                            witness.reply(command("ACL", "LOG")).plain.toString() shouldContain "count, 3"
                        }
                        witness.clients() shouldHaveSize 3
                        witness.reply(command("INFO", "stats")).text() shouldContain "total_connections_received:3"
                        port.reply(command("PING")).plain shouldBe "PONG"
                    }
            }
        }
    }

    test("closing the port ends all subscriptions and their threads") {
        val port = portTo(redis.uri())
        val ear = Ear()
        val handle = port.subscribe(CHANNEL, ear::hear)
        other.shouldHaveSubscribers(CHANNEL, 1)

        port.close()
        other.shouldHaveSubscribers(CHANNEL, 0)
        other.publish(CHANNEL, "too late")
        handle.close()
        port.subscribe(CHANNEL, ear::hear).close()

        ear.heard.shouldBeEmpty()
        other.shouldHaveSubscribers(CHANNEL, 0)
    }
})

private fun LettucePort.publish(channel: String, message: String) {
    check(reply(command("PUBLISH", channel, message)).integer() >= 0)
}

private suspend fun LettucePort.shouldHaveSubscribers(channel: String, count: Long) = eventually(20.seconds) {
    reply(command("PUBSUB", "NUMSUB", channel)).plain shouldBe listOf(channel, count)
}

private fun LettucePort.clients() = reply(command("CLIENT", "LIST")).text().lines().filter { it.isNotBlank() }

private fun LettucePort.connections() = clients().size

/** The ids of the connections that are subscribed to something. */
private fun LettucePort.listeners() = clients().filter {
    Regex(" sub=[1-9]").containsMatchIn(it)
}.map { it.substringBefore(' ') }
