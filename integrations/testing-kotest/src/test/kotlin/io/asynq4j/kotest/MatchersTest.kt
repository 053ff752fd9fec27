package io.asynq4j.kotest

import io.asynq4j.task.Codec
import io.asynq4j.task.Task
import io.asynq4j.task.TaskType
import io.asynq4j.testing.Mode
import io.asynq4j.testing.TestTasks
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain

private val GREET: TaskType<String> = TaskType.of("greet", Codec.utf8())

class MatchersTest : FunSpec({
    val tasks by testTasks { mode(Mode.RECORD) }
    val seen = mutableSetOf<TestTasks>()

    test("what was enqueued is found by its payload") {
        tasks.shouldHaveEnqueuedNothing()
        tasks.client().enqueue(GREET.task("ada"))
        tasks.client().enqueue(GREET.task("bob"))
        tasks.shouldHaveEnqueued(GREET).payload(GREET) shouldBe "ada"
        tasks.shouldHaveEnqueued(GREET) { it shouldBe "bob" }.id shouldBe "task-000002"
        seen += tasks
    }

    test("what was not enqueued is told with what was, and why it does not pass") {
        shouldThrow<AssertionError> { tasks.shouldHaveEnqueued(GREET) }.message shouldContain "these were: none"
        tasks.client().enqueue(GREET.task("ada"))
        tasks.client().enqueue(Task.of("other"))
        val message = shouldThrow<AssertionError> { tasks.shouldHaveEnqueued(GREET) { it shouldBe "eve" } }.message
        message shouldContain "other task-000002"
        message shouldContain "expected:<eve> but was:<ada>"
        shouldThrow<AssertionError> { tasks.shouldNotHaveEnqueued(GREET) }
        seen += tasks
    }

    test("every test has tasks of its own") {
        seen shouldHaveSize 2
        tasks.shouldNotHaveEnqueued(GREET)
        shouldThrow<IllegalStateException> { seen.first().client().enqueue(GREET.task("late")) }
    }
})
