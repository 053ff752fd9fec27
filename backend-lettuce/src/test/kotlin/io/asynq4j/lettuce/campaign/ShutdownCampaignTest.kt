package io.asynq4j.lettuce.campaign

import io.asynq4j.lettuce.campaign.Verdict.Run
import io.asynq4j.redis.campaign.Scale
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.comparables.shouldBeBetween
import io.kotest.matchers.longs.shouldBeGreaterThanOrEqual
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit

/** A task's run in a process that was told to end, and the run after it in another. */
private class Handover(val from: Run, val to: Run)

private fun Verdict.handovers(from: String): List<Handover> = runs.values.flatMap { all ->
    all.zipWithNext { run, next -> Handover(run, next) }.filter { it.from.process == from }
}

class ShutdownCampaignTest : FunSpec({
    val timeout = Scale.of("shutdownMillis", short = 1_000, full = 8_000)
    val grace = Scale.of("graceMillis", short = 500, full = 1_000)
    val lease = Scale.of("leaseMillis", short = 3_000, full = 10_000)
    val allowance = Scale.of("allowanceMillis", short = 0, full = 5_000)
    val ends = Scale.of("shutdowns", short = 1, full = 5)
    val late = 5_000L // what a busy machine may add
    val orders = Orders(
        mapOf(
            "rate" to "${Scale.of("shutdownRate", short = 200, full = 1_000)}",
            "mix" to "work:56,heeds,waits,deaf,stubborn",
            "long" to "${timeout + grace + Scale.of("longerMillis", short = 2_000, full = 4_000)}",
            "lease" to "$lease",
            "allowance" to "$allowance",
            "shutdownTimeout" to "$timeout",
            "cancelGrace" to "$grace",
            "concurrency" to "${Scale.of("concurrency", short = 100, full = 1_200)}",
        ),
    )

    test("a worker that is told to end keeps to its time, and no task is ever in two places") {
        RedisForTests.start().use { redis ->
            Field(redis.uri(), orders).use { field ->
                val stays = field.worker()
                val producer = field.producer()
                val endings = List(ends) {
                    val leaves = field.worker("until" to "TERM")
                    leaves.await("READY")
                    field.awaitStarts(leaves, 100)
                    CountDownLatch(1).await(1_000, TimeUnit.MILLISECONDS)
                    leaves.name to field.terminate(leaves)
                }.toMap()
                producer.closeInOrder()
                field.awaitEmpty()
                stays.closeInOrder()

                val verdict = field.verdict()
                val moved = endings.keys.flatMap { verdict.handovers(it) }
                val (back, kept) = moved.partition { it.from.stoppedAtMillis != null }
                val cancels = endings.map { (name, asked) ->
                    verdict.runs.values.flatten().filter { it.process == name }
                        .mapNotNull { it.cancelledAtMillis }.min() - asked.first
                }
                val waits = back.map { it.to.startedAtMillis - it.from.stoppedAtMillis!! }
                val lapses = kept.map { it.to.startedAtMillis - field.killedAt.getValue(it.from.process) }
                Scale.report(
                    "shutdown",
                    "shutdowns" to endings.size,
                    "ms until handlers were told to end" to cancels,
                    "ms until gone" to endings.values.map { it.last - it.first },
                    "accepted" to verdict.accepted.size,
                    "lost" to verdict.lost.size,
                    "given back" to back.size,
                    "ms until those ran again, at most" to waits.max(),
                    "kept" to kept.size,
                    "ms until those ran again" to "${lapses.min()}..${lapses.max()}",
                )
                withClue("lost") { verdict.lost.shouldBeEmpty() }
                withClue("in two places") { verdict.inexcusable(field.killedAt).shouldBeEmpty() }
                cancels.forAll { it.shouldBeBetween(timeout - 10L, timeout + late) }
                endings.values.forAll {
                    (it.last - it.first).shouldBeBetween(timeout + grace - 10L, timeout + grace + late)
                }
                withClue("given back") {
                    back.shouldNotBeEmpty().forAll { it.to.again shouldBe false }
                    waits.max() shouldBeLessThan late
                }
                withClue("kept") {
                    kept.shouldNotBeEmpty().forAll { it.to.again shouldBe true }
                    val extended = kept.filter { it.from.leasedUntilMillis != null }
                    extended.forAll {
                        it.to.startedAtMillis shouldBeGreaterThanOrEqual it.from.leasedUntilMillis!! + allowance
                    }
                    // and leases are extended while handlers are waited for
                    endings.forEach { (name, asked) ->
                        extended.filter { it.from.process == name }.maxOf { it.from.leasedUntilMillis!! }
                            .shouldBeGreaterThanOrEqual(asked.first + lease)
                    }
                }
            }
        }
    }
})
