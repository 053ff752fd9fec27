package io.asynq4j.spi

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeInRange
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldEndWith
import io.kotest.property.Arb
import io.kotest.property.arbitrary.char
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.list
import io.kotest.property.checkAll
import java.time.Instant

private val at = Instant.parse("2026-11-21T06:00:00.9Z")

private fun stored(error: String) = TaskMessage.Progress.NONE.failed(error, at, true).error()

class ProgressTest : FunSpec({
    test("a failure that counts uses up a retry, one that does not leaves them as they are; both tell what and when") {
        val once = TaskMessage.Progress.NONE.failed("first", at, true)
        once shouldBe TaskMessage.Progress(1, "first", at.epochSecond, 0)
        once.failed("second", at.plusSeconds(5), false) shouldBe
            TaskMessage.Progress(1, "second", at.epochSecond + 5, 0)
    }

    test("an error text is stored as it is while it is valid and at most 8 KiB") {
        listOf("", "boom", "é漢🚀", "e".repeat(8192), "漢".repeat(2730), "🚀".repeat(2048)).forEach {
            stored(it) shouldBe it
        }
    }

    test("halves of surrogate pairs are replaced, as no record can hold them") {
        stored("a\uD83D b") shouldBe "a\uFFFD b"
        stored("\uDE80") shouldBe "\uFFFD"
        stored("\uD83D\uD83D\uDE80") shouldBe "\uFFFD\uD83D\uDE80"
    }

    test("a longer one is cut after a whole character, and ends with an ellipsis") {
        stored("e".repeat(8193)) shouldBe "e".repeat(8189) + "…"
        stored("漢".repeat(2731)) shouldBe "漢".repeat(2729) + "…"
        stored("🚀".repeat(2049)) shouldBe "🚀".repeat(2047) + "…"
        stored("x" + "🚀".repeat(5000)) shouldBe "x" + "🚀".repeat(2047) + "…"
    }

    test("whatever the text, what is stored is valid and fits") {
        checkAll(200, Arb.list(Arb.char(), 0..200), Arb.int(1..100)) { chars, times ->
            val text = String(chars.toCharArray()).repeat(times)
            val utf8 = stored(text).toByteArray()
            utf8.size shouldBeInRange 0..8192
            String(utf8) shouldBe stored(text)
            if (text.toByteArray().size > 3 * 8192) stored(text) shouldEndWith "…"
        }
    }
})
