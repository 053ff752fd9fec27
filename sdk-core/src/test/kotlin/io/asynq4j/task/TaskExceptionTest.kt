package io.asynq4j.task

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs

class TaskExceptionTest : FunSpec({
    test("a duplicate names the queue and the type, and knows the id that was refused") {
        val refused = DuplicateTaskException("critical", "id-1", "email:verify")
        refused.message shouldBe "a task like this is already waiting or running: type email:verify in queue critical"
        refused.queue() shouldBe "critical"
        refused.id() shouldBe "id-1"
    }

    test("a conflict names the queue and the id") {
        val refused = TaskIdConflictException("critical", "id-1")
        refused.message shouldBe "queue critical holds a task with id id-1 already"
        refused.queue() shouldBe "critical"
        refused.id() shouldBe "id-1"
    }

    test("a refused outcome throws its reason when the task is asked for") {
        val reason = TaskIdConflictException("q", "id")
        shouldThrow<TaskIdConflictException> { EnqueueOutcome.Refused(reason).orThrow() } shouldBeSameInstanceAs reason
    }

    test("the words of the states are asynq's") {
        TaskState.entries.map { it.word() } shouldBe
            listOf("active", "pending", "scheduled", "retry", "archived", "completed", "aggregating")
    }
})
