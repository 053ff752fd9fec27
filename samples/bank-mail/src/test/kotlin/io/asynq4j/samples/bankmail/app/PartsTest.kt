package io.asynq4j.samples.bankmail.app

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly

class PartsTest : FunSpec({
    test("all are closed once, the last first, also when one of them fails") {
        val closed = mutableListOf<String>()
        val parts = Parts()
        parts.add(AutoCloseable { closed += "first" })
        parts.add(
            AutoCloseable {
                closed += "second"
                error("it does not close")
            },
        )
        parts.add(AutoCloseable { closed += "third" })
        parts.close()
        parts.close()
        closed shouldContainExactly listOf("third", "second", "first")
    }

    test("a part that was opened while the others were closed is closed, too") {
        val closed = mutableListOf<String>()
        val parts = Parts()
        parts.close()
        shouldThrow<IllegalStateException> { parts.add(AutoCloseable { closed += "late" }) }
        closed shouldContainExactly listOf("late")
    }
})
