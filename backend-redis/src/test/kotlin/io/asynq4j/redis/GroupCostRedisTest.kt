package io.asynq4j.redis

import io.asynq4j.redis.keys.Keys
import io.asynq4j.spi.AggregationSet
import io.asynq4j.spi.GroupTrigger
import io.asynq4j.spi.Grouping
import io.asynq4j.spi.Placement
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.task.Task
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.time.Instant

private const val QUEUE = "default"

/** What Redis has spent in scripts since it was last asked: how many, all their microseconds, and those of the longest. */
private class Spent(redis: RawRedis) {
    private val stats = redis("INFO", "commandstats").text().lines().filter { it.startsWith("cmdstat_eval") }
    val steps = stats.sumOf { it.figure("calls") }
    val micros = stats.sumOf { it.figure("usec") }
    val longest = redis("SLOWLOG", "GET", 1_000).items().map { it.items() }
        .filter { it[3].items().first().text().startsWith("EVAL") }.maxOfOrNull { it[2].integer() } ?: 0

    init {
        redis("SLOWLOG", "RESET")
        redis("CONFIG", "RESETSTAT")
    }

    override fun toString() = "$micros µs in $steps steps"

    private fun String.figure(name: String) = substringAfter("$name=").substringBefore(',').toLong()
}

/** Stages and finishes a group of [size], prints what that took, and answers the microseconds of the longest step. */
private fun longestStep(server: RedisForTests, size: Int): Long = RedisFixture(server).use { fixture ->
    val broker = fixture.broker()
    val now = Instant.ofEpochSecond(Instant.now().epochSecond)
    val options = Options.defaults().group("g").uniqueFor(Duration.ofHours(1))
    broker.submit(
        List(size) { Placement.of(Task.of("t", Payload.ofUtf8("member $it")), options, now) },
    ).toCompletableFuture().join().forEach { it.orThrow() }
    val set = AggregationSet.of(QUEUE, "g", "set-$size", now)
    fixture.redis("CONFIG", "SET", "slowlog-log-slower-than", 200) // longer than any command of a script
    Spent(fixture.redis)

    broker.stage(set, GroupTrigger(60, 0, size), now).members() shouldBe size
    val stage = Spent(fixture.redis)
    val members = broker.members(set, now).get().size
    val read = Spent(fixture.redis)
    val task = Placement.of(Task.of("batch"), Options.defaults().taskId("sum"), now)
    broker.finish(set, members, task, now) shouldBe Grouping.Finished.WRITTEN
    val finish = Spent(fixture.redis)

    println("group of $size: stage $stage, read $read, finish $finish, longest ${finish.longest} µs")
    fixture.redis("KEYS", Keys.taskPrefix(QUEUE) + "*").items().size shouldBe 1
    finish.longest
}

/** How long Redis is held up by steps on large sets: no step may take long, whatever the size. Prints what it took. */
class GroupCostRedisTest : FunSpec({
    val server = RedisForTests.start()
    afterSpec { server.close() }

    listOf(1_000, 10_000).forEach { size ->
        test("staging and finishing $size members holds up Redis for moments only") {
            // The steps are bounded. The best of three, as Redis counts the time by the wall, and may not have the processor.
            generateSequence { longestStep(server, size) }.take(3).any { it < 200_000 } shouldBe true
        }
    }
})
