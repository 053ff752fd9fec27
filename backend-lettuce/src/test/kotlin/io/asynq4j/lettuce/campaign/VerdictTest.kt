package io.asynq4j.lettuce.campaign

import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.nio.file.Path
import kotlin.io.path.div
import kotlin.io.path.writeText

private fun Path.ledger(process: String, vararg notes: String) =
    (this / process).writeText(notes.joinToString("\n", postfix = "\n"))

class VerdictTest : FunSpec({
    test("a task that was accepted and never ended is lost") {
        val ledgers = tempdir().toPath()
        ledgers.ledger("producer", "1 tried a", "1 tried b", "1 tried c", "2 accepted a", "2 accepted b")
        ledgers.ledger("worker", "3 start a", "4 end a", "5 start b", "6 start c")

        val verdict = Verdict.of(ledgers)

        verdict.lost shouldContainExactly listOf("b")
        verdict.storedUnknown shouldBe 1
    }

    test("a repeat is excused when the process before was killed in the middle of it") {
        val ledgers = tempdir().toPath()
        ledgers.ledger("first", "3 start a", "4 end a")
        ledgers.ledger("second", "8 start a", "9 end a", "9 written a")

        Verdict.of(ledgers).inexcusable(mapOf("first" to 7L)).shouldBeEmpty()
    }

    listOf(
        "again in second although first was not killed" to listOf("3 start a", "4 end a"),
        "again in second although first had its confirmation" to listOf("3 start a", "4 end a", "5 written a"),
        "again in second although Redis had told first that it was written" to listOf("3 start a", "5 unheard a"),
        "in second while first was alive" to listOf("3 start a"),
        "in second before first had stopped" to listOf("3 start a", "9 stopped a"),
        "twice in first" to listOf("3 start a", "4 start a"),
    ).forEach { (objection, notes) ->
        test("it is not excused: $objection") {
            val ledgers = tempdir().toPath()
            ledgers.ledger("first", *notes.toTypedArray())
            if (!objection.startsWith("twice")) {
                ledgers.ledger("second", "8 start a")
            }
            val killed = when {
                objection.endsWith("not killed") -> emptyMap()
                objection.endsWith("alive") -> mapOf("first" to 9L)
                else -> mapOf("first" to 7L)
            }

            Verdict.of(ledgers).inexcusable(killed) shouldContainExactly listOf("a: $objection")
        }
    }

    test("a task is its worker's until the last extension of its lease is over") {
        val ledgers = tempdir().toPath()
        ledgers.ledger("first", "1 extended b 30", "3 start a", "4 extended a 40", "5 extended a 50")

        Verdict.of(ledgers).runs.getValue("a").single().leasedUntilMillis shouldBe 50
    }

    test("a task that was stopped may run again as soon as it has, in whatever process") {
        val ledgers = tempdir().toPath()
        ledgers.ledger(
            "first",
            "3 start a",
            "4 cancelled a SHUTDOWN",
            "5 stopped a",
            "6 written a",
            "7 start a",
            "8 stopped a",
        )
        ledgers.ledger("second", "8 start a", "9 end a")

        Verdict.of(ledgers).inexcusable(emptyMap()).shouldBeEmpty()
    }

    test("a line that was cut when its writer was killed does not count") {
        val ledgers = tempdir().toPath()
        (ledgers / "worker").writeText("3 start a\n4 en")

        Verdict.of(ledgers).lost.shouldBeEmpty()
    }
})
