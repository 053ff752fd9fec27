package io.asynq4j.benchmarks

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldStartWith
import java.io.ByteArrayOutputStream
import java.io.PrintStream

class ScaleTest : FunSpec({
    test("tasks are worked off by servers in processes of their own, and each case is a row of a table") {
        val out = ByteArrayOutputStream()
        Scale(PrintStream(out)).run(Flags.of(arrayOf("scale", "--what", "scheduled", "--factor", "0.005")))
        val (beside, due) = out.toString().lines().filter { it.isNotEmpty() }.also { it shouldHaveSize 4 }.drop(2)
        beside shouldStartWith "| lettuce | 100000 scheduled beside | 500 | "
        due shouldStartWith "| lettuce | 100000 due at once | 500 | "
    }

    test("what can be varied is known by name, and has less to do with a factor") {
        listOf("processes", "queues", "pending", "scheduled", "active", "cluster", "payload")
            .sumOf { ScaleCase.named(it).size } shouldBe 20
        ScaleCase.named("queues").last().times(0.01).tasks() shouldBe 1_000
    }
})
