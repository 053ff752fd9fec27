package io.asynq4j.server

import io.asynq4j.spi.Placement
import io.asynq4j.spi.TaskMessage
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.task.TaskState
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.util.concurrent.CompletableFuture
import kotlin.time.Duration.Companion.seconds

/** For how many seconds an attempt at a task with these limits, as they are in its record, may run. */
private fun secondsFor(timeout: Long, deadlineIn: Long): Long {
    val room = Room()
    val now = room.time.instant()
    room.submit(timeout, if (deadlineIn == 0L) 0L else now.epochSecond + deadlineIn)
    var seen = 0L
    room.handle { _, context -> seen = context.deadline().epochSecond - now.epochSecond }
    room.advance(1.seconds)
    return seen
}

private fun Room.submit(timeout: Long, deadline: Long) {
    val message =
        TaskMessage.of("t", Payload.none(), Options.defaults()).run {
            val limits = TaskMessage.Limits(25, timeout, deadline, 0)
            TaskMessage(type, payload, id, queue, headers, limits, uniqueKey, group, progress, unknown)
        }
    broker.submit(listOf(Placement(message, TaskState.PENDING, time.instant(), null)))
}

class AttemptDeadlineTest :
    FunSpec({
        test("an attempt ends at its timeout") { secondsFor(90, 0) shouldBe 90 }

        test("an attempt ends at the task's deadline") { secondsFor(0, 120) shouldBe 120 }

        test("of a timeout and a deadline the earlier one ends an attempt") {
            secondsFor(90, 120) shouldBe 90
            secondsFor(120, 90) shouldBe 90
        }

        test("an attempt at a task of another program that has neither may take 30 minutes") {
            secondsFor(0, 0) shouldBe 1_800
        }

        test(
            "an attempt whose limits are over before any time there is has failed, and costs neither slots nor other tasks",
        ) {
            val room = Room { concurrency(2) }
            room.submit(Long.MIN_VALUE, 0)
            room.submit(0, Long.MIN_VALUE)
            var ran = 0
            room.handle { _, _ -> ran++ }
            room.advance(1.seconds)
            repeat(3) { room.enqueue("good") }
            room.advance(1.seconds)
            ran shouldBe 3
            room.broker.retrying("default").map { it.task().progress().lastError() } shouldBe
                List(2) { "context deadline exceeded" }
        }

        test("a cancellation listener that ends in an Error costs no attempt its deadline, its own included") {
            val room = Room()
            repeat(3) { room.enqueue("t$it", Options.defaults().timeout(Duration.ofSeconds(60))) }
            var told = 0
            room.handleAsync { _, context ->
                context.onCancel {
                    told++
                    throw AssertionError("a bug in a listener")
                }
                CompletableFuture<Void>()
            }
            room.advance(61.seconds)
            told shouldBe 3
            room.advance(30.seconds)
            room.broker.retrying("default").map { it.task().progress().lastError() }.toSet() shouldBe
                setOf("context deadline exceeded")
        }

        test("limits that no time can hold are far away") {
            (secondsFor(Long.MAX_VALUE, 0) > 1_000_000_000) shouldBe
                true
        }
    })
