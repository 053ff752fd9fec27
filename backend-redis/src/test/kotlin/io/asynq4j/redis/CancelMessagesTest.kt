package io.asynq4j.redis

import io.asynq4j.spi.Signals.Cancellation
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly

private class Heard {
    val told = mutableListOf<Cancellation>()
    val messages = CancelMessages(told::add)
}

class CancelMessagesTest : FunSpec({
    test("an id alone, from another tool, is told without a queue") {
        val heard = Heard()
        heard.messages.hear("a")
        heard.told shouldContainExactly listOf(Cancellation(null, "a"))
    }

    test("a cancellation of ours is told once, with its queue, though it comes in two messages") {
        val heard = Heard()
        heard.messages.hearExact(CancelMessages.exact("low", "a"))
        heard.messages.hear("a")
        heard.told shouldContainExactly listOf(Cancellation("low", "a"))
    }

    test("what another tool asks for after that is told") {
        val heard = Heard()
        heard.messages.hearExact(CancelMessages.exact("low", "a"))
        heard.messages.hear("a")
        heard.messages.hear("a")
        heard.told shouldContainExactly listOf(Cancellation("low", "a"), Cancellation(null, "a"))
    }

    test("cancellations of several that come between each other's messages are told apart") {
        val heard = Heard()
        heard.messages.hearExact(CancelMessages.exact("low", "a"))
        heard.messages.hearExact(CancelMessages.exact("high", "a"))
        heard.messages.hear("b")
        heard.messages.hear("a")
        heard.messages.hear("a")
        heard.told shouldContainExactly
            listOf(Cancellation("low", "a"), Cancellation("high", "a"), Cancellation(null, "b"))
    }

    test("no more is remembered than there is room for") {
        val heard = Heard()
        repeat(65) { heard.messages.hearExact(CancelMessages.exact("low", "a$it")) }
        heard.told.clear()
        heard.messages.hear("a0")
        heard.messages.hear("a1")
        heard.told shouldContainExactly listOf(Cancellation(null, "a0"))
    }

    test("ids of any form are told as they are, and what is no message of ours is not") {
        val heard = Heard()
        heard.messages.hearExact(CancelMessages.exact("q:1", "}{a:é}"))
        heard.told shouldContainExactly listOf(Cancellation("q:1", "}{a:é}"))
        heard.told.clear()
        listOf("", "a", "{a", "a}b").forEach(heard.messages::hearExact)
        heard.told.shouldBeEmpty()
    }
})
