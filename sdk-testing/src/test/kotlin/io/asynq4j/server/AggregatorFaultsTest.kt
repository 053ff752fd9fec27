package io.asynq4j.server

import io.asynq4j.handler.Aggregator
import io.asynq4j.spi.Broker
import io.asynq4j.task.BrokerUnavailableException
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.task.Task
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import java.lang.reflect.InvocationTargetException
import java.lang.reflect.Proxy
import java.util.Random
import java.util.concurrent.CompletableFuture
import kotlin.time.Duration.Companion.seconds

private const val QUEUE = "default"
private val steps = setOf("dueGroups", "stage", "members", "finish", "giveBack", "reclaim")

/** The broker as one server sees it: calls and answers get lost, and then and there the server may die. */
private class Perilous(private val broker: Broker, private val random: Random) {
    var dead = false
    var server: TaskServer? = null
    val deathsAt = mutableListOf<String>()

    val view = Proxy.newProxyInstance(Broker::class.java.classLoader, arrayOf(Broker::class.java)) { _, method, args ->
        peril("before ${method.name}")
        val answer = try {
            method.invoke(broker, *args.orEmpty())
        } catch (thrown: InvocationTargetException) {
            throw thrown.targetException
        }
        peril("after ${method.name}")
        answer
    } as Broker

    private fun peril(where: String) {
        if (!dead && where.substringAfter(' ') in steps && random.nextInt(10) == 0) {
            dead = random.nextInt(10) == 0
            if (dead) deathsAt += where
            throw BrokerUnavailableException("lost $where", null)
        }
        if (dead) throw BrokerUnavailableException("dead", null)
    }
}

class AggregatorFaultsTest : FunSpec({
    test("each of 10,000 members is in exactly one handled task, wherever calls get lost and servers die") {
        val random = Random(11)
        val handled = mutableMapOf<String, MutableSet<String>>() // tasks by member
        val join = Aggregator { _, tasks ->
            if (random.nextInt(10) == 0) error("no")
            Task.of("batch", Payload.ofUtf8(tasks.joinToString(",") { it.payload().utf8() }))
        }
        val room = Room { aggregator(join).groupMaxSize(7).groupGracePeriod(1.seconds.java) }
        val servers = mutableListOf<Perilous>()

        fun startOne() {
            val perilous = Perilous(room.broker, random).also { servers += it }
            val server = room.newServer(perilous.view).also { perilous.server = it }
            server.start { task, context ->
                task.payload().utf8().split(',').forEach { handled.getOrPut(it, ::mutableSetOf) += context.taskId() }
                CompletableFuture.completedFuture(null)
            }
        }
        repeat(3) { startOne() }
        repeat(10_000) { n ->
            val options = Options.defaults().group("g${n % 5}")
            room.enqueue("m-$n", if (n % 2 == 0) options.uniqueFor(10_000.seconds.java) else options)
            if (n % 100 == 0) room.advance(1.seconds)
        }
        var rounds = 0
        while (handled.size < 10_000 && ++rounds < 10_000) {
            room.advance(5.seconds)
            // it is dead to the broker, and takes up our time only
            servers.filter { it.dead }.forEach { it.server?.close() }
            repeat(3 - servers.count { !it.dead }) { startOne() }
        }

        withClue("members that are missing, after $rounds rounds") { handled.keys shouldHaveSize 10_000 }
        withClue("members of several tasks") { handled.filterValues { it.size > 1 }.entries.shouldBeEmpty() }
        withClue("places in which servers died") {
            servers.flatMap { it.deathsAt }.toSet().size shouldBeGreaterThan 6
        }
        room.advance(200.seconds)
        room.broker.groups(QUEUE).shouldBeEmpty()
        room.enqueue("m-0", Options.defaults().uniqueFor(10.seconds.java)).queue() shouldBe QUEUE
    }
})
