package io.asynq4j.redis.port

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe

class ListenersTest : FunSpec({
    val listeners = Listeners()
    val heard = mutableListOf<String>()
    beforeTest {
        listeners.clear()
        heard.clear()
    }

    test("everybody who listens to a name is told, in the order in which they came, whoever fails") {
        listeners.add("a") { heard += "first $it" }
        listeners.add("a") { error("deaf") }
        listeners.add("a") { heard += "second $it" }
        listeners.add("b") { heard += "other $it" }

        listeners.tell("a", "x")
        listeners.tell("c", "y")

        heard shouldContainExactly listOf("first x", "second x")
        listeners.names() shouldBe setOf("a", "b")
    }

    test("who listens twice is two, and stops twice") {
        val message = { text: String -> heard.add(text).let {} }
        val both = List(2) { listeners.add("a", message) }

        listeners.remove(both[0])
        listeners.remove(both[0])
        listeners.tell("a", "x")
        listeners.isEmpty shouldBe false
        listeners.remove(both[1])

        heard shouldContainExactly listOf("x")
        listeners.isEmpty shouldBe true
        listeners.names() shouldBe emptySet()
    }

    test("who stops while being told is not in the way of the others") {
        var first: Listeners.Listener? = null
        first = listeners.add("a") { listeners.remove(first!!) }
        listeners.add("a") { heard += it }

        repeat(2) { listeners.tell("a", "$it") }

        heard shouldContainExactly listOf("0", "1")
    }
})
