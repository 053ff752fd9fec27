package io.asynq4j.handler

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.time.Duration

class SnoozeExceptionTest : FunSpec({
    test("a delay of zero or less means at once") {
        SnoozeException(Duration.ofSeconds(-3)).delay() shouldBe Duration.ZERO
        SnoozeException(Duration.ofMillis(1)).delay() shouldBe Duration.ofMillis(1)
    }

    test("a delay that no instant can hold is refused") {
        shouldThrow<IllegalArgumentException> { SnoozeException(Duration.ofDays(36_501)) }.message shouldBe
            "snooze must be at most 36500 days: PT876024H"
    }
})
