package io.asynq4j.lettuce.campaign

import io.asynq4j.redis.campaign.Scale
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.ints.shouldBeGreaterThan
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger
import kotlin.random.Random

/** Kills processes in a field until there are no more orders to. */
private class Killer(private val field: Field, points: List<Point>, private val random: Random) {
    private val points = ConcurrentLinkedQueue(points)
    val kills = ConcurrentHashMap<Point, AtomicInteger>()

    fun killWorkers() = killAll { point -> field.worker("point" to point, "nth" to random.nextInt(1, 100)) }

    fun killProducers() = killAll { field.producer("point" to it, "nth" to random.nextInt(1, 40)) }

    private fun killAll(start: (Point) -> Child) {
        while (true) {
            val point = points.poll() ?: return
            val victim = start(point)
            victim.await("READY")
            if (point == Point.RANDOM) {
                pause(random.nextLong(1_500))
            } else {
                victim.await("AT")
                pause(if (point == Point.SUBMITTING) random.nextLong(30) else 0)
            }
            field.kill(victim)
            kills.computeIfAbsent(point) { AtomicInteger() }.incrementAndGet()
        }
    }

    private fun pause(millis: Long) {
        CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS)
    }
}

class KillCampaignTest : FunSpec({
    val atWork = listOf(Point.FETCHED, Point.HANDLED, Point.SENT, Point.ANSWERED, Point.RANDOM)
    val kills = Scale.of("kills", short = 6, full = 100)
    val rate = Scale.of("rate", short = 1_000, full = 2_000)
    val orders = Orders(mapOf("lease" to "3000", "allowance" to "1000", "rate" to "$rate") + Work.orders())

    test("of tasks whose workers and producers are killed, each is done, and only those under way are repeated") {
        val random = Random(Scale.seed)
        val submitting = List(kills / 6) { Point.SUBMITTING }
        val working = List(kills - submitting.size) { atWork[it % atWork.size] }
        val begun = System.nanoTime()
        RedisForTests.start().use { redis ->
            Field(redis.uri(), orders).use { field ->
                val workers = Killer(field, working, Random(random.nextLong()))
                val producers = Killer(field, submitting, Random(random.nextLong()))
                val last = field.producer()
                val loadFrom = System.nanoTime()
                val threads = Executors.newFixedThreadPool(3)
                listOf(workers::killWorkers, workers::killWorkers, producers::killProducers)
                    .map { CompletableFuture.runAsync(it, threads) }
                    .forEach { it.get(1, TimeUnit.HOURS) }
                threads.shutdown()
                last.closeInOrder()
                val seconds = (System.nanoTime() - loadFrom) / 1e9
                val survivor = field.worker()
                field.awaitEmpty()
                survivor.closeInOrder()

                val verdict = field.verdict()
                Scale.report(
                    "kill",
                    "kills" to workers.kills.values.sumOf { it.get() } + producers.kills.values.sumOf { it.get() },
                    "at" to (workers.kills + producers.kills),
                    "accepted" to verdict.accepted.size,
                    "accepted a second" to (verdict.accepted.size / seconds).toInt(),
                    "done a second at best" to verdict.doneInBestSecond(),
                    "ran" to verdict.ran,
                    "stored without the producer's knowing" to verdict.storedUnknown,
                    "repeated" to verdict.repeated.size,
                    "lost" to verdict.lost.size,
                    "seconds" to (System.nanoTime() - begun) / 1_000_000_000,
                )
                withClue("lost") { verdict.lost.shouldBeEmpty() }
                withClue("repeats") { verdict.inexcusable(field.killedAt).shouldBeEmpty() }
                verdict.accepted.size shouldBeGreaterThan kills * 10
            }
        }
    }
})
