package io.asynq4j.samples.quickstart

import io.asynq4j.samples.quickstart.Mailbox.Arrived
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly

private val accepted = mapOf("1" to "ada@example.org", "2" to "bob@example.org")
private val ada = Arrived("1", "ada@example.org")
private val bob = Arrived("2", "bob@example.org")

private fun problems(vararg messages: Arrived, earlier: Set<String> = emptySet()) =
    Reconciliation.problems(accepted, earlier, messages.toList())

class ReconciliationTest : FunSpec({
    test("one message for each task is as it should be, in whatever order") {
        problems(bob, ada).shouldBeEmpty()
    }

    test("a message that is missing is a problem") {
        problems(ada) shouldContainExactly listOf("1 accepted tasks have no message")
    }

    test("a message that came twice is a problem") {
        problems(ada, bob, ada) shouldContainExactly listOf("1 tasks have more than one message")
    }

    test("a message to somebody else is a problem") {
        problems(ada, bob.copy(recipient = "eve@example.org")) shouldContainExactly
            listOf("1 messages belong to no task, or went to somebody else")
    }

    test("a message of a task that nobody has seen is a problem, unless it is of an earlier run") {
        val old = Arrived("0", "old@example.org")
        problems(ada, bob, old) shouldContainExactly listOf("1 messages belong to no task, or went to somebody else")
        problems(ada, bob, old, earlier = setOf("0")).shouldBeEmpty()
    }
})

private fun Arrived.copy(recipient: String) = Arrived(taskId, recipient)
