package io.asynq4j.lettuce.campaign

import io.asynq4j.client.TaskClient
import io.asynq4j.lettuce.LettuceBroker
import io.asynq4j.redis.campaign.Scale
import io.asynq4j.task.EnqueueOutcome
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.time.Instant
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread
import kotlin.random.Random

private enum class Trouble { KILL, PAUSE, NONE }

private fun pause(millis: Long) {
    CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS)
}

/** Enqueues what is planned, remembers what it was told, and cancels who is to be cancelled. */
private class Customer(private val client: TaskClient) {
    val told = HashMap<String, String?>()
    val starts = HashMap<String, Long>()
    private val toCancel = ConcurrentHashMap.newKeySet<Plan>()

    fun enqueue(plans: List<Plan>) = plans.chunked(100).forEach { part ->
        val now = Instant.now()
        val tasks = part.flatMap { plan ->
            val start = now.plusMillis(plan.delayMillis)
            starts[plan.id] = start.toEpochMilli()
            val second = plan.id + Judgement.SECOND
            listOfNotNull(plan.id to plan.task(start), (second to plan.task(start, second)).takeIf { plan.unique })
        }
        client.enqueueAll(tasks.map { it.second }).forEachIndexed { i, outcome ->
            told[tasks[i].first] = (outcome as? EnqueueOutcome.Refused)?.reason?.javaClass?.simpleName
        }
        toCancel += part.filter { it.behaviour == Behaviour.IS_CANCELLED }
        pause(150)
    }

    /** Cancels those that somebody works on, each once. */
    fun cancelSome() = toCancel.removeIf { client.cancel(it.queue, it.id) }
}

class StressCampaignTest : FunSpec({
    val size = Scale.of("tasks", short = 2_000, full = 20_000)
    val kills = Scale.of("kills", short = 2, full = 20)
    val pauses = Scale.of("pauses", short = 1, full = 5)
    val frozen = Scale.of("frozenMillis", short = 1_000, full = 2_000).toLong()
    val orders = Orders(
        mapOf(
            "lease" to "3000",
            "allowance" to "1000",
            "setTime" to "3000",
            "concurrency" to "100",
            // In full, servers notice the pauses, do not know of what they had sent, and wait before they take tasks back.
            "commandTimeout" to "${Scale.of("commandTimeoutMillis", short = 5_000, full = 1_000)}",
        ),
    )

    test("of tasks of all kinds, each ends as it should, whatever happens to servers and Redis") {
        val random = Random(Scale.seed)
        val plans = (1..size).map { Plan.draw(it, random) }
        val troubles = (List(kills) { Trouble.KILL } + List(pauses) { Trouble.PAUSE }).shuffled(random) + Trouble.NONE
        val begun = System.nanoTime()
        RedisForTests.start().use { redis ->
            Field(redis.uri(), orders).use { field ->
                LettuceBroker.open(redis.uri()).use { broker ->
                    val client = TaskClient.of(broker)
                    val customer = Customer(client)
                    val over = CountDownLatch(1)
                    val cancelling = inBackground {
                        while (!over.await(100, TimeUnit.MILLISECONDS)) customer.cancelSome()
                    }
                    val servers = MutableList(2) { field.server() }
                    servers.forEach { it.await("READY") }
                    val share = (size + troubles.size - 1) / troubles.size
                    plans.chunked(share).zip(troubles).forEach { (some, trouble) ->
                        val feeding = inBackground { customer.enqueue(some) }
                        pause(random.nextLong(200, 1_000))
                        when (trouble) {
                            Trouble.KILL -> {
                                field.kill(servers.removeAt(random.nextInt(2)))
                                servers += field.server().also { it.await("READY") }
                            }

                            Trouble.PAUSE -> redis.freeze().use { pause(frozen) }

                            Trouble.NONE -> {}
                        }
                        feeding.get(1, TimeUnit.MINUTES)
                    }
                    val censuses = Plan.QUEUES.associateWith { Census(redis.uri(), it) }
                    val patience = System.nanoTime() + TimeUnit.MINUTES.toNanos(2)
                    while (System.nanoTime() < patience && censuses.values.any { it.unended().isNotEmpty() }) {
                        pause(200) // what has not ended after that is for the judgement to name
                    }
                    over.countDown()
                    cancelling.get(1, TimeUnit.MINUTES)
                    val verdict = field.verdict()
                    val remains = Remains.of(redis.uri(), censuses)
                    censuses.values.forEach { it.close() }
                    client.close()

                    val objections = Judgement(
                        plans,
                        customer.told,
                        customer.starts,
                        verdict,
                        field.aggregates(),
                        field.killedAt,
                        remains,
                    ).objections()
                    Scale.report(
                        "stress",
                        "seed" to Scale.seed,
                        "tasks" to size,
                        "kills" to field.killedAt.size,
                        "pauses" to pauses,
                        "ends" to plans.groupingBy { it.end }.eachCount(),
                        "second ones refused" to customer.told.count { it.key.endsWith(Judgement.SECOND) },
                        "runs" to verdict.runs.values.sumOf { it.size },
                        "cut short by kills" to verdict.runs.values.sumOf { all -> all.count { it.unfinished } },
                        "cancelled or overrun" to
                            verdict.runs.values.count { all -> all.any { it.cancelledAtMillis != null } },
                        "aggregates" to field.aggregates().tasks.size,
                        "objections" to objections.size,
                        "seconds" to (System.nanoTime() - begun) / 1_000_000_000,
                    )
                    withClue("with seed ${Scale.seed}:\n${objections.take(50).joinToString("\n")}") {
                        objections.size shouldBe 0
                    }
                    servers.forEach { it.closeInOrder() }
                }
            }
        }
    }
})

/** On a thread of its own: from Java 25 on the common pool may have no more than one. */
private fun inBackground(action: () -> Unit): CompletableFuture<Void> =
    CompletableFuture.runAsync(action) { thread(isDaemon = true) { it.run() } }
