package io.asynq4j.lettuce.campaign

import io.kotest.assertions.nondeterministic.eventually
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.ints.shouldBeGreaterThanOrEqual
import io.kotest.matchers.ranges.shouldBeIn
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicInteger
import kotlin.io.path.ExperimentalPathApi
import kotlin.io.path.createDirectories
import kotlin.io.path.createTempDirectory
import kotlin.io.path.deleteRecursively
import kotlin.io.path.div
import kotlin.io.path.listDirectoryEntries
import kotlin.time.Duration
import kotlin.time.Duration.Companion.minutes

/**
 * Where a campaign takes place: a queue in a Redis, the processes around it, and their ledgers. Safe for use by many threads.
 *
 * @param redis the URI that the processes are given
 */
internal class Field(redis: String, private val orders: Orders, census: String = redis) : AutoCloseable {
    val census = Census(census, QUEUE)
    val killedAt = ConcurrentHashMap<String, Long>()
    private val folder = createTempDirectory("asynq4j-campaign-")
    private val ledgers = (folder / "ledgers").createDirectories()
    private val common = Orders(mapOf("redis" to redis, "queue" to QUEUE, "point" to "RANDOM"))
    private val children = ConcurrentHashMap.newKeySet<Child>()
    private val workers = AtomicInteger()
    private val producers = AtomicInteger()

    fun worker(vararg more: Pair<String, Any>): Child =
        start("worker${workers.incrementAndGet()}", WorkerMain::class.java, more)

    fun producer(vararg more: Pair<String, Any>): Child =
        start("producer${producers.incrementAndGet()}", ProducerMain::class.java, more)

    fun aggregator(vararg more: Pair<String, Any>): Child =
        start("aggregator${workers.incrementAndGet()}", AggregatorMain::class.java, more)

    /** A server of the stress campaign. */
    fun server(vararg more: Pair<String, Any>): Child =
        start("server${workers.incrementAndGet()}", StressMain::class.java, more)

    fun scheduler(vararg more: Pair<String, Any>): Child =
        start("scheduler${workers.incrementAndGet()}", SchedulerMain::class.java, more)

    /** A worker that only notes what it was given. */
    fun ticker(): Child = start("ticker${workers.incrementAndGet()}", TickMain::class.java, emptyArray())

    /** All that processes have noted with this word. */
    fun notes(verb: String): List<Ledger.Note> =
        ledgers.listDirectoryEntries().flatMap { Ledger.read(it) }.filter { it.verb == verb }

    /** Waits until a worker is in the middle of it. */
    suspend fun awaitStarts(child: Child, count: Int) = eventually(1.minutes) {
        Ledger.read(ledgers / child.name).count { it.verb == "start" } shouldBeGreaterThanOrEqual count
    }

    /** Kills a process, and remembers when. */
    fun kill(child: Child) {
        killedAt[child.name] = child.kill()
        children -= child
    }

    /** Ends a worker by the signal TERM, and remembers when it had gone; answers when it was asked to and when it had. */
    fun terminate(child: Child): LongRange = child.terminate().also {
        killedAt[child.name] = it.last
        children -= child
    }

    /** Waits until Redis has nothing left of the queue but its counters, for as long as there is less each [patience]. */
    suspend fun awaitEmpty(patience: Duration = 1.minutes) {
        var least = Long.MAX_VALUE
        do {
            val before = least
            eventually(patience) {
                least = census.size()
                least shouldBeIn LongRange(0, maxOf(0, before - 1))
            }
        } while (least > 0)
        eventually(patience) { census.leftovers().shouldBeEmpty() }
    }

    fun verdict() = Verdict.of(ledgers)

    fun aggregates() = Aggregates.of(ledgers)

    fun logs(): Map<String, List<String>> = children.associate { it.name to it.log() }

    @OptIn(ExperimentalPathApi::class)
    override fun close() {
        children.forEach { it.close() }
        census.close()
        folder.deleteRecursively()
    }

    private fun start(name: String, main: Class<*>, more: Array<out Pair<String, Any>>): Child {
        val all = Orders(common.values + orders.values).with(*more)
        return Child.start(name, main, folder, all).also { children += it }
    }

    companion object {
        const val QUEUE = "campaign"
    }
}
