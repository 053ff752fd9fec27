package io.asynq4j.server

import io.asynq4j.handler.ContextKey
import io.asynq4j.handler.RetryPolicy
import io.asynq4j.spi.Broker
import io.asynq4j.task.BrokerUnavailableException
import io.asynq4j.task.Options
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.time.Duration
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

private val TENANT = ContextKey.of<String>("tenant")
private val LIMIT = ContextKey.of<Int>("limit")

class ServerSettingsTest :
    FunSpec({
        test("every handler's context has the server's values, and the error handler's too") {
            val seen = mutableListOf<String>()
            val room =
                Room {
                    contextValue(TENANT, "first").contextValue(LIMIT, 7).contextValue(TENANT, "acme")
                    errorHandler { _, context, _ -> seen += "error ${context.value(TENANT).get()}" }
                }
            room.enqueue("a")
            room.enqueue("b")
            room.handle { task, context ->
                seen += "${context.value(TENANT).get()} ${context.value(LIMIT).get()}"
                if (task.type() == "b") error("boom")
            }
            room.advance(1.seconds)
            seen shouldContainExactly listOf("acme 7", "acme 7", "error acme")
        }

        test("the health check is told of each ping, at its interval, whatever it throws") {
            val told = mutableListOf<String>()
            val silent = Silent()
            val room =
                Room {
                    healthCheckInterval(20.seconds.toJava()).healthCheck { problem ->
                        told += problem.map { it.message }.orElse("fine")!!
                        error("a bug in the health check")
                    }
                }
            val server = room.newServer(silent.of(room.broker))
            server.start { _, _ -> throw IllegalStateException() }
            room.advance(19.seconds)
            told.shouldBeEmpty()
            room.advance(1.seconds)
            told shouldContainExactly listOf("fine")
            silent.now = true
            room.advance(20.seconds)
            told shouldContainExactly listOf("fine", "away")
            silent.now = false
            room.advance(20.seconds)
            told shouldContainExactly listOf("fine", "away", "fine")
            server.close()
            room.advance(1.hours)
            told.size shouldBe 3
        }

        test("a closed server answers a ping without asking the broker, as asynq's does") {
            val silent = Silent()
            val room = Room()
            val server = room.newServer(silent.of(room.broker))
            silent.now = true
            shouldThrow<BrokerUnavailableException> { server.ping() }
            server.close()
            server.ping()
        }

        test("the archive is kept within the server's limits") {
            val room =
                Room { archiveLimits(2, Duration.ofMinutes(10)).retryPolicy(RetryPolicy.fixed(Duration.ofSeconds(1))) }
            room.handle { _, _ -> error("boom") }
            listOf("a", "b", "c").forEach {
                room.enqueue(it, Options.defaults().maxRetry(0))
                room.advance(5.seconds)
            }
            room.broker.archived("default").map { it.task().type() } shouldContainExactly listOf("b", "c")
            room.advance(9.minutes)
            room.broker.archived("default").size shouldBe 2
            room.advance(2.minutes) // nothing is archived any more: the janitor looks too
            room.broker.archived("default").shouldBeEmpty()
        }

        test("a new server may be closed, and a closed one may neither start nor go quiet") {
            val room = Room()
            room.server.quiet()
            room.server.state() shouldBe ServerState.NEW
            room.server.close()
            room.server.quiet()
            room.server.state() shouldBe ServerState.CLOSED
            shouldThrow<IllegalStateException> { room.handle { _, _ -> } }
        }

        test("a server that was told to be quiet twice is quiet, and closes all the same") {
            val room = Room()
            room.handle { _, _ -> }
            repeat(2) { room.server.quiet() }
            room.server.state() shouldBe ServerState.QUIET
            shouldThrow<IllegalStateException> { room.handle { _, _ -> } }.message shouldBe
                "a server is started once, and this one is QUIET"
            room.server.close()
            room.server.state() shouldBe ServerState.CLOSED
        }

        test("the record of a server says active, then stopped, and is gone when it is closed") {
            val room = Room()
            room.handle { _, _ -> }
            room.advance(1.seconds)
            room.broker.servers().single().status() shouldBe "active"
            room.server.quiet()
            room.advance(6.seconds)
            room.broker.servers().single().status() shouldBe "stopped"
            room.server.close()
            room.broker.servers().shouldBeEmpty()
        }
    })

private fun kotlin.time.Duration.toJava(): Duration = Duration.ofMillis(inWholeMilliseconds)

/** Makes a broker that answers no ping while it is told so. */
private class Silent {
    var now = false

    fun of(broker: Broker): Broker = object : Broker by broker {
        override fun ping() {
            if (now) throw BrokerUnavailableException("away", null)
            broker.ping()
        }
    }
}
