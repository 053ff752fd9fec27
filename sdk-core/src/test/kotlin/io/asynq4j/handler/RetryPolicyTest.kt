package io.asynq4j.handler

import io.asynq4j.task.Task
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.comparables.shouldBeBetween
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.doubles.shouldBeBetween
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.util.Optional
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

    test("exponential draws from zero to twice as much each time, and never more than the cap") {
        val policy = RetryPolicy.exponential(Duration.ofSeconds(2), Duration.ofSeconds(60))
        val chance = SplittableRandom(1)
        mapOf(0 to 2.0, 1 to 4.0, 4 to 32.0, 5 to 60.0, Int.MAX_VALUE to 60.0).forEach { (retried, most) ->
            val seconds = List(5_000) { policy.delay(retried, failure, task, chance).toNanos() / 1e9 }
            seconds.forAll { it.shouldBeBetween(0.0, most, 0.0) }
            seconds.average() shouldBe (most / 2 plusOrMinus most * 0.02)
            seconds.min() shouldBe (0.0 plusOrMinus most * 0.01)
            seconds.max() shouldBe (most plusOrMinus most * 0.01)
        }
    }

    test("a list waits as it says, and its last wait again and again") {
        val policy = RetryPolicy.delays(listOf(1L, 10L, 100L).map(Duration::ofSeconds))
        List(5) { policy.delay(it, failure, task, SplittableRandom(1)).seconds } shouldBe listOf(1L, 10, 100, 100, 100)
    }

    test("each type of task has its own policy, and all others another one") {
        val mail = RetryPolicy.fixed(Duration.ofSeconds(5)).never(failure.javaClass).forAtMost(Duration.ofHours(1))
        val policy = RetryPolicy.byType(mapOf("mail" to mail), RetryPolicy.fixed(Duration.ofSeconds(7)))
        val others = Task.of("mail:other")
        policy.delay(0, failure, Task.of("mail"), SplittableRandom(1)) shouldBe Duration.ofSeconds(5)
        policy.delay(0, failure, others, SplittableRandom(1)) shouldBe Duration.ofSeconds(7)
        policy.retries(failure, Task.of("mail")) shouldBe false
        policy.retries(failure, others) shouldBe true
        policy.period(Task.of("mail")) shouldBe Optional.of(Duration.ofHours(1))
        policy.period(others) shouldBe Optional.empty()
    }

    test("what is never retried is found among the causes, also where they go in circles") {
        val policy = RetryPolicy.asynqDefault().never(IllegalArgumentException::class.java)
            .never(UnsupportedOperationException::class.java)
        policy.retries(RuntimeException("outer", IllegalArgumentException("inner")), task) shouldBe false
        policy.retries(UnsupportedOperationException(), task) shouldBe false
        val circle = RuntimeException("a")
        circle.initCause(RuntimeException("b", circle))
        policy.retries(circle, task) shouldBe true
    }

    test("of two periods the shorter one holds") {
        val policy = RetryPolicy.asynqDefault().forAtMost(Duration.ofHours(1)).forAtMost(Duration.ofHours(2))
        policy.period(task) shouldBe Optional.of(Duration.ofHours(1))
        policy.forAtMost(Duration.ofMinutes(1)).period(task) shouldBe Optional.of(Duration.ofMinutes(1))
    }

    test("wrong policies are refused with the value and the rule") {
        fun told(make: () -> RetryPolicy) = shouldThrow<IllegalArgumentException> { make() }.message
        val second = Duration.ofSeconds(1)
        told { RetryPolicy.exponential(Duration.ZERO, second) } shouldBe "retry base must be more than zero: PT0S"
        told { RetryPolicy.exponential(second, Duration.ofMillis(1)) } shouldBe
            "retry cap must not be less than the base, PT1S: PT0.001S"
        told { RetryPolicy.delays(listOf()) } shouldBe "a list of retry delays must not be empty"
        told { RetryPolicy.delays(listOf(second, Duration.ofSeconds(-2))) } shouldBe
            "retry delay must not be negative: PT-2S"
        told { RetryPolicy.fixed(second).forAtMost(Duration.ofSeconds(-3)) } shouldBe
            "retry period must not be negative: PT-3S"
    }

    test("a negative wait is refused") {
        shouldThrow<IllegalArgumentException> { RetryPolicy.fixed(Duration.ofSeconds(-1)) }.message shouldBe
            "retry delay must not be negative: PT-1S"
    }
})
