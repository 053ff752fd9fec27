package io.asynq4j.lettuce.campaign

import io.asynq4j.redis.campaign.Scale
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.maps.shouldBeEmpty
import io.kotest.matchers.shouldBe
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlin.random.Random
import kotlin.time.Duration.Companion.minutes

private const val DAMAGED = "damaged"

/** Waits until nothing is left in a queue but archived tasks, and answers those. */
private suspend fun Census.awaitOnlyArchived(): Set<String> = eventually(2.minutes) {
    val places = places()
    places.filterKeys { it != "archived" }.filterValues { it.isNotEmpty() }.shouldBeEmpty()
    val archived = places.getValue("archived").toSet()
    withClue("records of no task") {
        leftovers().map { it.substringAfter("}:") }.filter { it != "archived" && it != "groups" }
            .filterNot { it.removePrefix("t:") in archived }.shouldBeEmpty()
    }
    archived
}

class DamageCampaignTest : FunSpec({
    val seconds = Scale.of("damageSeconds", short = 5, full = 60)
    val orders = Orders(
        mapOf(
            "rate" to "${Scale.of("damageRate", short = 300, full = 1_000)}",
            "mix" to "work:19,fails",
            "queues" to "${Field.QUEUE},$DAMAGED",
            "lease" to "3000",
            "allowance" to "1000",
        ),
    )

    test("a vandal in one queue hurts nothing but what he lays hands on") {
        RedisForTests.start().use { redis ->
            Field(redis.uri(), orders).use { field ->
                Census(redis.uri(), DAMAGED).use { census ->
                    val workers = listOf(field.worker(), field.worker())
                    workers.forEach { it.await("READY") }
                    val producers = listOf(field.producer(), field.producer("queue" to DAMAGED))
                    producers.forEach { it.await("READY") }
                    val vandal = Vandal(census.commands(), DAMAGED, Random(Scale.seed))
                    repeat(seconds * 10) {
                        CountDownLatch(1).await(100, TimeUnit.MILLISECONDS)
                        vandal.act()
                    }
                    vandal.undisguise()
                    producers.forEach { it.closeInOrder() }
                    field.awaitEmpty()
                    val archived = census.awaitOnlyArchived()
                    val alive = workers.map { it.isAlive }
                    workers.forEach { it.closeInOrder() }

                    val verdict = field.verdict()
                    val lines = workers.flatMap { it.log() }.filterNot { "failed and is retried" in it }
                    val lost = verdict.lost - vandal.hurt
                    Scale.report(
                        "damage",
                        "acts" to vandal.acts,
                        "tasks hurt" to vandal.hurt.size,
                        "accepted" to verdict.accepted.size,
                        "ran" to verdict.ran,
                        "lost though not hurt" to lost.size,
                        "repeated though not hurt" to
                            verdict.inexcusable(emptyMap()).count { it.substringBefore(':') !in vandal.hurt },
                        "set aside" to archived.size,
                        "log lines of two workers" to lines.size,
                    )
                    withClue("lost") { lost.shouldBeEmpty() }
                    withClue("repeated") {
                        verdict.inexcusable(emptyMap()).filterNot {
                            it.substringBefore(':') in vandal.hurt
                        }.shouldBeEmpty()
                    }
                    withClue("archived") { (archived - vandal.hurt).shouldBeEmpty() }
                    alive.forAll { it shouldBe true }
                    withClue("bugs and outages") {
                        lines.filter { " ERROR " in it || "and goes on" in it || "cannot reach" in it }.shouldBeEmpty()
                    }
                    withClue(lines.joinToString("\n")) { lines.size shouldBeLessThan 4 * vandal.acts }
                    verdict.accepted.size shouldBeGreaterThan 1_000
                }
            }
        }
    }
})
