package io.asynq4j.server

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.shouldBe
import java.util.Random

class QueueOrderTest :
    FunSpec({
        val weights = mapOf("critical" to 6, "default" to 3, "low" to 1)

        test("each slot draws its queue by weight") {
            val order = QueueOrder(weights, false, Random(1))
            val drawn = mutableMapOf<String, Int>()
            repeat(2_000) {
                order.shares(10).forEach { drawn.merge(it.queue(), it.tasks(), Int::plus) }
            }
            drawn.getValue("critical") / 20_000.0 shouldBe (0.6 plusOrMinus 0.02)
            drawn.getValue("default") / 20_000.0 shouldBe (0.3 plusOrMinus 0.02)
            drawn.getValue("low") / 20_000.0 shouldBe (0.1 plusOrMinus 0.02)
        }

        test("shares name every queue once and sum up to what is wanted") {
            val order = QueueOrder(weights, false, Random(2))
            repeat(200) {
                val shares = order.shares(1 + it)
                shares.map { share -> share.queue() }.sorted() shouldContainExactly listOf("critical", "default", "low")
                shares.sumOf { share -> share.tasks() } shouldBe 1 + it
            }
        }

        test("what is left over is offered first to each queue with the probability of its weight") {
            val order = QueueOrder(weights, false, Random(3))
            val first = (1..20_000).groupingBy { order.shares(1).first().queue() }.eachCount()
            first.getValue("critical") / 20_000.0 shouldBe (0.6 plusOrMinus 0.02)
            first.getValue("low") / 20_000.0 shouldBe (0.1 plusOrMinus 0.02)
        }

        test("strict priority asks the heaviest queue for everything, and then the next") {
            val order = QueueOrder(weights, true, Random(4))
            repeat(20) {
                val shares = order.shares(5)
                shares.map { share -> share.queue() } shouldContainExactly listOf("critical", "default", "low")
                shares.map { share -> share.tasks() } shouldContainExactly listOf(5, 0, 0)
            }
        }
    })
