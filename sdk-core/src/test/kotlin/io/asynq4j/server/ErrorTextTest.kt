package io.asynq4j.server

import io.asynq4j.handler.CancelReason
import io.asynq4j.handler.TaskCancelledException
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldMatch

class ErrorTextTest :
    FunSpec({
        test("an exception tells its message, and its class when it has none") {
            ErrorText.of(IllegalStateException("boom")) shouldBe "boom"
            ErrorText.of(IllegalStateException()) shouldBe "java.lang.IllegalStateException"
            ErrorText.of(IllegalStateException("  ")) shouldBe "java.lang.IllegalStateException"
        }

        test("an Error tells where it came from, as asynq tells a panic") {
            ErrorText.of(AssertionError("broken")) shouldMatch
                Regex("""panic error cause by: panic \[ErrorTextTest\.kt:\d+]: broken""")
        }

        test("an Error without a stack is told all the same") {
            val bare = AssertionError("broken").also { it.stackTrace = arrayOf() }
            ErrorText.of(bare) shouldBe "panic error cause by: panic [unknown:0]: broken"
        }

        test("a cancellation tells its reason in asynq's words") {
            ErrorText.of(TaskCancelledException(CancelReason.DEADLINE)) shouldBe "context deadline exceeded"
            ErrorText.of(TaskCancelledException(CancelReason.OPERATOR)) shouldBe "context canceled"
        }
    })
