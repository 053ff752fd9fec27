package io.asynq4j.lettuce.campaign

import io.asynq4j.redis.campaign.Scale
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.maps.shouldBeEmpty
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit

class ClockCampaignTest : FunSpec({
    val lease = Scale.of("leaseMillis", short = 3_000, full = 10_000)
    val orders = Orders(
        mapOf(
            "rate" to "${Scale.of("clockRate", short = 200, full = 1_000)}",
            "mix" to "work:39,deaf",
            "long" to "${lease + 2_000}",
            "lease" to "$lease",
            // the short one lets the recoverer look within the time there is
            "allowance" to "${Scale.of("allowanceMillis", short = 22_000, full = 30_000)}",
            "concurrency" to "${Scale.of("concurrency", short = 100, full = 500)}",
        ),
    )
    val seconds = Scale.of("clockSeconds", short = 6, full = 60)

    mapOf(
        "a clock that is 20 s ahead lets no healthy task be recovered, and is told once" to 20_000,
        "a clock that is 20 s behind lets no healthy task be recovered, and is told once" to -20_000,
    ).forEach { (name, offset) ->
        test(name) {
            RedisForTests.start().use { redis ->
                Field(redis.uri(), orders).use { field ->
                    val workers = listOf(field.worker(), field.worker("clock" to offset))
                    workers.forEach { it.await("READY") }
                    val producer = field.producer()
                    CountDownLatch(1).await(seconds.toLong(), TimeUnit.SECONDS)
                    producer.closeInOrder()
                    field.awaitEmpty()
                    workers.forEach { it.closeInOrder() }

                    val verdict = field.verdict()
                    val warnings = workers.map { worker -> worker.log().filter { "clock" in it } }
                    val long = verdict.runs.values.flatten().filter {
                        (it.endedAtMillis ?: 0) - it.startedAtMillis >
                            lease
                    }
                    Scale.report(
                        if (offset > 0) "clock ahead" else "clock behind",
                        "accepted" to verdict.accepted.size,
                        "ran" to verdict.ran,
                        "longer than a lease" to long.size,
                        "in each" to verdict.runs.values.flatten().groupingBy { it.process }.eachCount().values,
                        "repeated" to verdict.repeated.size,
                        "lost" to verdict.lost.size,
                        "warnings in each" to warnings.map { it.size },
                    )
                    withClue("lost") { verdict.lost.shouldBeEmpty() }
                    withClue("repeated") { verdict.repeated.shouldBeEmpty() }
                    warnings[0] shouldHaveSize 0
                    warnings[1] shouldHaveSize 1
                    long.size shouldBeGreaterThan 10
                }
            }
        }
    }
})
