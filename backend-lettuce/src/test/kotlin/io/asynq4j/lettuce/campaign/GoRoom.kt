package io.asynq4j.lettuce.campaign

import io.asynq4j.handler.TaskRouter
import io.asynq4j.interop.GoPeer
import io.asynq4j.lettuce.LettuceBroker
import io.asynq4j.redis.atRest
import io.asynq4j.server.TaskServer
import io.asynq4j.spi.Broker
import io.asynq4j.spi.Demand
import io.asynq4j.spi.Lease
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.matchers.ints.shouldBeGreaterThanOrEqual
import io.kotest.matchers.shouldBe
import java.time.Instant
import java.time.temporal.ChronoUnit
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** Idle servers of ours on a Redis or a cluster, and Go's client, a process of its own, that enqueues there. */
internal class GoRoom(
    private val go: GoPeer.Built,
    private val nodes: List<RedisForTests>,
    uri: String,
    val queues: List<String>,
    servers: Int = 1,
) : AutoCloseable {
    /** How long after Go's call each handler was started, in microseconds. */
    val micros = ConcurrentLinkedQueue<Long>()

    private val brokers = List(servers) { FetchCounter(LettuceBroker.open(uri)) }
    private val servers = brokers.map { broker ->
        TaskServer.builder(broker).concurrency(10).queues(queues.associateWith { 1 }).build().apply {
            start(
                TaskRouter.create().handle("wake") { task, _ ->
                    micros += ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()) - task.payload().utf8().toLong()
                },
            )
        }
    }
    val address = nodes.joinToString(",") { "${it.host()}:${it.port()}" }

    /** Waits until Redis has keys to tell each server of, on each node. */
    suspend fun shouldBeArmed() = eventually(20.seconds) {
        nodes.forEach { tracked(it) shouldBeGreaterThanOrEqual servers.size }
    }

    /** Lets Go enqueue [count] tasks, [gapMillis] apart, and answers how long each took, in milliseconds, sorted. */
    suspend fun pickUps(count: Int, gapMillis: Int): List<Double> {
        micros.clear()
        go.start("wake", address, "$count", "$gapMillis", queues.joinToString(",")).use {
            it.end(30.seconds + (3 * count * gapMillis).milliseconds)
        }
        eventually(20.seconds) { micros.size shouldBe count }
        return micros.map { it / 1e3 }.sorted()
    }

    fun killConnections() = nodes.forEach {
        it.ask("CLIENT", "KILL", "TYPE", "normal")
        it.ask("CLIENT", "KILL", "TYPE", "pubsub")
    }

    /** How often each server has asked for tasks since this was asked the last time. */
    fun fetches(): List<Int> = brokers.map { it.fetches.getAndSet(0) }

    /** The same when all that there is to be asked has been asked. */
    suspend fun fetchesAtRest(): List<Int> {
        atRest { brokers.map { it.fetches.get() } }
        return fetches()
    }

    override fun close() {
        servers.forEach { it.close() }
        brokers.forEach { it.close() }
    }

    private fun tracked(node: RedisForTests) =
        node.ask("CLIENT", "LIST").toString().lines().count { Regex(" flags=[^ ]*t").containsMatchIn(it) }

    private class FetchCounter(private val broker: Broker) : Broker by broker {
        val fetches = AtomicInteger()

        override fun fetch(demand: Demand): List<Lease> {
            fetches.incrementAndGet()
            return broker.fetch(demand)
        }
    }
}
