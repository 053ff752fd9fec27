package io.asynq4j.handler

import io.asynq4j.task.Task
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.comparables.shouldBeBetween
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.util.SplittableRandom

private val failure = IllegalStateException("boom")
private val task = Task.of("t")

class RetryPolicyTest : FunSpec({
    context("the default waits as long as asynq does:") {
        val recorded = recorded("retry-delay.json")
        val draws = recorded["draws"].intValue()
        recorded["delays"].forEach { row ->
            val n = row["n"].intValue()
            val least = row["min_s"].longValue()
            val most = row["max_s"].longValue()
            test("after $n retries $least to $most s, in steps of ${n + 1} s, all equally likely") {
                val chance = SplittableRandom(n.toLong())
                val delays = List(draws) { RetryPolicy.asynqDefault().delay(n, failure, task, chance) }
                delays.forAll { it.nano shouldBe 0 }
                val seconds = delays.map { it.seconds }
                seconds.distinct().forAll {
                    it.shouldBeBetween(least, most)
                    (it - least) % (n + 1) shouldBe 0
                }
                seconds.distinct() shouldHaveSize row["distinct"].intValue()
                // Both are means of as many draws: apart by a small part of the range, if of one distribution.
                seconds.average() shouldBe (row["mean_s"].doubleValue() plusOrMinus (most - least) * 0.02)
            }
        }
    }

    test("more retries than anyone has lived through still give a wait that fits an instant") {
        val longest = RetryPolicy.asynqDefault().delay(Int.MAX_VALUE, failure, task, SplittableRandom(1))
        java.time.Instant.EPOCH.plus(longest)
    }

    test("fixed waits the same each time") {
        val policy = RetryPolicy.fixed(Duration.ofMillis(1500))
        listOf(0, 1, 24).forAll {
            policy.delay(it, failure, task, SplittableRandom(1)) shouldBe Duration.ofMillis(1500)
        }
        RetryPolicy.fixed(Duration.ZERO).delay(0, failure, task, SplittableRandom(1)) shouldBe Duration.ZERO
    }

    test("a negative wait is refused") {
        shouldThrow<IllegalArgumentException> { RetryPolicy.fixed(Duration.ofSeconds(-1)) }.message shouldBe
            "retry delay must not be negative: PT-1S"
    }
})
