package io.asynq4j.client

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class PayloadGuardTest : FunSpec({
    test("large payloads are told of from 64 KiB on, once for a type") {
        val guard = PayloadGuard(Int.MAX_VALUE)
        guard.isNews("a", 65_535) shouldBe false
        guard.isNews("a", 65_536) shouldBe true
        guard.isNews("a", 1_000_000) shouldBe false
        guard.isNews("b", 65_536) shouldBe true
    }

    test("types without number do not fill the memory with what was told") {
        val guard = PayloadGuard(Int.MAX_VALUE)
        repeat(1_000) { guard.isNews("type-$it", 65_536) shouldBe true }
        guard.isNews("one more", 65_536) shouldBe false
    }
})
