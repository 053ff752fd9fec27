package io.asynq4j.lettuce.campaign

import io.asynq4j.client.TaskClient
import io.asynq4j.lettuce.LettuceBroker
import io.asynq4j.redis.campaign.Scale
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.task.Task
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import java.time.Duration
import java.util.Random
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit

private const val GROUPS = 5
private val points = listOf(Point.STAGED, Point.AGGREGATED, Point.FINISHING, Point.FINISHED, Point.RANDOM)

private fun pause(millis: Long) {
    CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS)
}

/** Every other member is unique, so that locks that nobody releases would be found. */
private fun join(uri: String, members: List<String>) = LettuceBroker.open(uri).use { broker ->
    TaskClient.of(broker).use { client ->
        members.withIndex().chunked(500).forEach { part ->
            client.enqueueAll(
                part.map { (i, member) ->
                    val options = Options.defaults().queue(Field.QUEUE).taskId(member).group("group:${i % GROUPS}")
                    Task.of("member", Payload.ofUtf8(member))
                        .with(if (i % 2 == 0) options.uniqueFor(Duration.ofHours(1)) else options)
                },
            ).forEach { it.orThrow() }
        }
    }
}

class AggregatorKillCampaignTest : FunSpec({
    val size = Scale.of("members", short = 2_000, full = 10_000)
    val kills = Scale.of("kills", short = 5, full = 50)
    val maxSize = Scale.of("maxSize", short = 7, full = 10)
    val orders =
        Orders(mapOf("lease" to "3000", "allowance" to "1000", "setTime" to "3000", "maxSize" to "$maxSize"))

    test("each of many members is in exactly one handled task, however often aggregators are killed") {
        val random = Random(Scale.seed)
        val members = (1..size).map { "m-%05d".format(it) }
        val begun = System.nanoTime()
        RedisForTests.start().use { redis ->
            Field(redis.uri(), orders).use { field ->
                val targets = ConcurrentLinkedQueue(List(kills) { points[it % points.size] })
                val killer = {
                    while (true) {
                        val point = targets.poll() ?: break
                        val victim = field.aggregator("point" to point, "nth" to 1 + random.nextInt(5))
                        victim.await("READY")
                        if (point == Point.RANDOM) {
                            pause(random.nextInt(700).toLong())
                        } else {
                            runCatching { victim.await("AT", Duration.ofSeconds(10)) } // unless all is done before
                            pause(if (point == Point.FINISHING) random.nextInt(5).toLong() else 0)
                        }
                        field.kill(victim)
                    }
                }
                val feeding = CompletableFuture.runAsync {
                    members.chunked(maxOf(1, size / (kills + 1))).forEach { part ->
                        join(redis.uri(), part)
                        pause(1_000)
                    }
                }
                val threads = Executors.newFixedThreadPool(2)
                List(2) { CompletableFuture.runAsync(killer, threads) }.forEach { it.get(1, TimeUnit.HOURS) }
                threads.shutdown()
                feeding.get(10, TimeUnit.MINUTES)
                val survivor = field.aggregator()
                field.awaitEmpty()
                survivor.closeInOrder()

                val aggregates = field.aggregates()
                Scale.report(
                    "aggregator kill",
                    "kills" to field.killedAt.size,
                    "members" to members.size,
                    "tasks" to aggregates.tasks.size,
                    "missing" to aggregates.missing(members).size,
                    "doubled" to aggregates.doubled.size,
                    "seconds" to (System.nanoTime() - begun) / 1_000_000_000,
                )
                withClue("in no task") { aggregates.missing(members).shouldBeEmpty() }
                withClue("in several tasks") { aggregates.doubled.entries.shouldBeEmpty() }
            }
        }
    }
})
