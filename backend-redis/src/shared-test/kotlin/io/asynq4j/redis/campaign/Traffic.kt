package io.asynq4j.redis.campaign

import io.asynq4j.client.TaskClient
import io.asynq4j.handler.AsyncHandler
import io.asynq4j.handler.RetryPolicy
import io.asynq4j.server.TaskServer
import io.asynq4j.spi.Broker
import io.asynq4j.task.EnqueueOutcome
import io.asynq4j.task.Options
import io.asynq4j.task.Task
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.Executors
import java.util.concurrent.ThreadLocalRandom
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger

/**
 * A client and two servers at work in this process, each on a broker of its own, and a ledger of what they have seen.
 *
 * @param open opens a broker
 * @param rate tasks a second, the queues in turn
 * @param kept for how long Redis keeps what was done, so that it can be seen what it had
 * @param forgetful whether the ledger drops tasks that were accepted and run, so that it does not grow
 */
internal class Traffic(
    open: () -> Broker,
    private val queues: List<String>,
    private val rate: Int,
    private val kept: Duration = Duration.ZERO,
    private val forgetful: Boolean = false,
) : AutoCloseable {
    /** Tasks that were accepted, each with its queue and when that was told, in nanoseconds of this process. */
    val accepted = ConcurrentHashMap<String, Pair<String, Long>>()

    /** When each task was run, likewise. */
    val runs = ConcurrentHashMap<String, ConcurrentLinkedQueue<Long>>()

    /** How often the client was told that a task was not accepted, or may not have been. */
    val refused = AtomicInteger()

    /** How many were dropped from the ledger. */
    val done = AtomicInteger()

    private val brokers = List(3) { open() }
    private val client = TaskClient.of(brokers[0])
    private val timer = Executors.newScheduledThreadPool(1) { Thread(it, "traffic").apply { isDaemon = true } }
    private val producers = Executors.newScheduledThreadPool(PRODUCERS) {
        Thread(it, "producer").apply { isDaemon = true }
    }
    private val number = AtomicInteger()
    private val servers = brokers.drop(1).map { broker ->
        TaskServer.builder(broker)
            .queues(queues.associateWith { 1 })
            .concurrency(CONCURRENCY)
            .leaseDuration(Duration.ofSeconds(8))
            .leaseAllowance(Duration.ofSeconds(1))
            .checkInterval(Duration.ofMillis(50))
            .delayedCheckInterval(Duration.ofMillis(500))
            .retryPolicy(RetryPolicy.fixed(Duration.ofSeconds(1)))
            .build()
            .also { it.start(work()) }
    }

    init {
        repeat(PRODUCERS) {
            producers.scheduleAtFixedRate(::produce, 0, PRODUCERS * TICK_MILLIS.toLong(), TimeUnit.MILLISECONDS)
        }
    }

    val lost get() = accepted.keys - runs.keys
    val repeated get() = runs.filterValues { it.size > 1 }.keys

    /** How long after [sinceNanos] the first task that was accepted after it was run, in the slowest queue; null for not yet. */
    fun recoveryMillis(sinceNanos: Long): Long? = queues.map { queue ->
        runs.entries.filter { accepted[it.key]?.let { (its, at) -> its == queue && at > sinceNanos } ?: false }
            .minOfOrNull { it.value.first() }
    }.takeIf { null !in it }?.maxOf { (it!! - sinceNanos) / 1_000_000 }

    /** How many tasks of [queue] were run since then. */
    fun ran(queue: String, sinceNanos: Long) = runs.entries.count { (id, times) ->
        accepted[id]?.first == queue && times.first() > sinceNanos
    }

    /** No more new tasks; ends when the last one was accepted or not. */
    fun stopProducing() {
        producers.shutdown()
        check(producers.awaitTermination(1, TimeUnit.MINUTES)) { "producers are stuck" }
        client.close()
    }

    override fun close() {
        producers.shutdownNow()
        client.close()
        servers.forEach { it.close() }
        brokers.forEach { it.close() }
        timer.shutdownNow()
    }

    private fun produce() {
        val size = maxOf(1, rate * TICK_MILLIS / 1_000)
        val tasks = List(size) { number.incrementAndGet() }.map { it.toString() to queues[it % queues.size] }
        try {
            client.enqueueAllAsync(
                tasks.map { (id, queue) ->
                    val options = Options.defaults().taskId(id).queue(queue)
                    Task.of("work").with(if (kept.isZero) options else options.retention(kept))
                },
            ).whenComplete { outcomes, _ ->
                val now = System.nanoTime()
                outcomes?.forEachIndexed { i, outcome ->
                    val (id, queue) = tasks[i]
                    if (outcome is EnqueueOutcome.Accepted) accepted[id] = queue to now else refused.incrementAndGet()
                    forget(id)
                } ?: refused.addAndGet(size)
            }
        } catch (_: RuntimeException) {
            refused.addAndGet(size)
        }
    }

    private fun work() = AsyncHandler<Task> { _, context ->
        runs.computeIfAbsent(context.taskId()) { ConcurrentLinkedQueue() } += System.nanoTime()
        forget(context.taskId())
        CompletableFuture<Unit>().also { ended ->
            val millis = ThreadLocalRandom.current().nextLong(20)
            timer.schedule({ ended.complete(Unit) }, millis, TimeUnit.MILLISECONDS)
        }
    }

    private fun forget(id: String) {
        if (forgetful && runs.containsKey(id) && accepted.remove(id) != null) {
            runs.remove(id)
            done.incrementAndGet()
        }
    }

    companion object {
        /** Handlers that a server runs at the same time. */
        const val CONCURRENCY = 50

        private const val PRODUCERS = 4
        private const val TICK_MILLIS = 20
    }
}
