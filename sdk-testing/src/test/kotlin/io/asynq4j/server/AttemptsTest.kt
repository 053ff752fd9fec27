package io.asynq4j.server

import io.asynq4j.spi.Lease
import io.asynq4j.spi.TaskMessage
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.testing.InMemoryBroker
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import java.time.Instant

private val now = Instant.parse("2026-03-01T12:00:00Z")

private fun attempt(name: String, queue: String = "default"): Attempt {
    val message = TaskMessage.of("t", Payload.none(), Options.defaults().taskId("a").queue(queue))
    return Attempt(Lease(message, name, now.plusSeconds(30)), now, now.plusSeconds(1_800), InMemoryBroker.create())
}

class AttemptsTest :
    FunSpec({
        test("forgetting an attempt leaves a later one at the same task") {
            val attempts = Attempts()
            val early = attempt("early")
            val late = attempt("late")
            attempts.add(early)
            attempts.add(late)
            attempts.remove(early)
            attempts.snapshot() shouldContainExactly listOf(late)
        }

        test("tasks of the same id in two queues are two") {
            val attempts = Attempts()
            val both = listOf(attempt("one", "low"), attempt("two", "high"))
            both.forEach(attempts::add)
            attempts.snapshot() shouldContainExactlyInAnyOrder both
        }
    })
