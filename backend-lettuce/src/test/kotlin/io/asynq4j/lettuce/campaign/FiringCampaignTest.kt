package io.asynq4j.lettuce.campaign

import io.asynq4j.redis.campaign.Scale
import io.asynq4j.schedule.Schedule
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.ints.shouldBeGreaterThan
import java.time.Instant
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlin.random.Random

private fun pause(millis: Long) {
    CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS)
}

/** What became of the times of one entry. */
private class Firings(schedule: Schedule, begun: Long, last: Long, ran: List<Long>) {
    val wanted = generateSequence(Instant.ofEpochSecond(begun)) { schedule.next(it).get() }
        .map { it.epochSecond }.takeWhile { it <= last }.drop(1).toList()
    val missed = wanted - ran.toSet()
    val repeated = ran.groupingBy { it }.eachCount().filterValues { it > 1 }.keys
    val strange = ran.filter { it > begun } - wanted.toSet()
}

class FiringCampaignTest : FunSpec({
    val seconds = Scale.of("firingSeconds", short = 8, full = 180)
    val count = Scale.of("entries", short = 50, full = 50)
    val clocks = listOf(2_000, 0, -2_000)

    test("of schedulers that are killed, with wrong clocks, each firing makes one task, and none is missed") {
        val random = Random(Scale.seed)
        RedisForTests.start().use { redis ->
            Field(redis.uri(), Orders(mapOf("entries" to "$count"))).use { field ->
                val entries = SchedulerMain.entries(Field.QUEUE, count)
                val worker = field.ticker().also { it.await("READY") }
                val schedulers = clocks.mapIndexed { i, clock ->
                    if (i > 0) pause(1_300)
                    field.scheduler("clock" to clock).also { it.await("READY") }
                }.toMutableList()
                fun settled(n: Int) =
                    field.census.commands().hget("asynq:{${Field.QUEUE}}:periodic:e$n", "last").toLong()
                val begun = List(count) { settled(it) }
                val end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds.toLong())
                var kills = 0
                while (System.nanoTime() < end) {
                    pause(random.nextLong(2_000))
                    val victim = random.nextInt(schedulers.size)
                    field.kill(schedulers[victim])
                    pause(random.nextLong(1_000))
                    schedulers[victim] = field.scheduler("clock" to clocks[victim]).also { it.await("READY") }
                    kills++
                }
                schedulers.forEach { it.closeInOrder() }
                field.awaitEmpty()
                worker.closeInOrder()

                val planned = field.notes("tried").associate {
                    it.id.substringAfterLast(' ') to
                        it.id.substringBeforeLast(' ')
                }
                val ran = field.notes("ran").map { planned.getValue(it.id) }
                    .groupBy({ it.substringBefore(' ') }, { it.substringAfter(' ').toLong() })
                val all = entries.mapIndexed { n, entry ->
                    Firings(Schedule.of(entry.spec()), begun[n], settled(n), ran["e$n"].orEmpty())
                }
                Scale.report(
                    "firing",
                    "seconds" to seconds,
                    "entries" to count,
                    "kills" to kills,
                    "tried" to planned.size,
                    "wanted" to all.sumOf { it.wanted.size },
                    "ran" to ran.values.sumOf { it.size },
                    "missed" to all.sumOf { it.missed.size },
                    "repeated" to all.sumOf { it.repeated.size },
                )
                withClue("missed") { all.flatMap { it.missed }.shouldBeEmpty() }
                withClue("repeated") { all.flatMap { it.repeated }.shouldBeEmpty() }
                withClue("at no time of theirs") { all.flatMap { it.strange }.shouldBeEmpty() }
                kills shouldBeGreaterThan 1
                all.sumOf { it.wanted.size } shouldBeGreaterThan seconds * count / 5
            }
        }
    }
})
