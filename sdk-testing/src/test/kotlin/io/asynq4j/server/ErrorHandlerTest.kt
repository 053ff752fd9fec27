package io.asynq4j.server

import io.asynq4j.handler.ErrorHandler
import io.asynq4j.handler.RevokeTaskException
import io.asynq4j.handler.SkipRetryException
import io.asynq4j.handler.SnoozeException
import io.asynq4j.handler.TaskContext
import io.asynq4j.spi.Ending
import io.asynq4j.task.Options
import io.asynq4j.task.Task
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.util.concurrent.CompletableFuture
import kotlin.time.Duration.Companion.seconds

/** A room whose error handler writes down what it is told. */
private class Complaining {
    val told = mutableListOf<String>()
    val states = mutableListOf<Int>()
    val room: Room = Room { errorHandler(::note) }

    private fun note(task: Task, context: TaskContext, failure: Throwable) {
        told += "${task.type()} ${context.taskId()} ${context.cancelled().orElse(null)}: ${failure.message}"
        states += room.broker.active("default").size
    }
}

class ErrorHandlerTest :
    FunSpec({
        test("the error handler is told of every failure, before anything is written") {
            val it = Complaining()
            val failures =
                mapOf(
                    "plain" to IllegalStateException("boom"),
                    "last" to IllegalStateException("the last"),
                    "skip" to IllegalStateException("wrapped", SkipRetryException("skip")),
                    "revoke" to RevokeTaskException("revoke"),
                    "error" to AssertionError("panic"),
                )
            failures.keys.forEach { type ->
                it.room.enqueue(
                    type,
                    Options.defaults().taskId("id").maxRetry(
                        if (type ==
                            "last"
                        ) {
                            0
                        } else {
                            1
                        },
                    ).queue("default").taskId(type),
                )
            }
            it.room.handle { task, _ -> throw failures.getValue(task.type()) }
            it.room.advance(1.seconds)
            it.told shouldContainExactly failures.map { (type, failure) -> "$type $type null: ${failure.message}" }
            it.states.all { active -> active > 0 } shouldBe true
            it.room.broker.active("default").shouldBeEmpty()
            it.room.broker.archived("default") shouldHaveSize 2
        }

        test("the error handler is told of deadlines, with a context that is over") {
            val it = Complaining()
            it.room.enqueue("passed", Options.defaults().taskId("a").deadline(it.room.time.instant().minusSeconds(5)))
            it.room.enqueue(
                "stuck",
                Options.defaults().taskId("b").timeout(Duration.ofSeconds(10)),
            )
            it.room.handleAsync { _, _ -> CompletableFuture<Unit>() }
            it.room.advance(12.seconds)
            it.told shouldContainExactly
                listOf("passed a null: context deadline exceeded", "stuck b DEADLINE: context deadline exceeded")
        }

        test("the error handler is told of a lost lease, and nothing is written") {
            val it = Complaining()
            it.room.enqueue("a", Options.defaults().taskId("a").timeout(Duration.ofHours(1)))
            it.room.handleAsync { _, _ -> CompletableFuture<Unit>() }
            it.room.advance(1.seconds)
            val later = it.room.time.instant().plusSeconds(7_200)
            val lease = it.room.broker.expired("default", later, 10).leases().single()
            it.room.broker.recover(listOf(Ending.Retried(lease, later, "stolen", true)), later, it.room.time.instant())
            it.room.advance(6.seconds)
            it.told shouldContainExactly listOf("a a LEASE_LOST: asynq: task lease expired")
            it.room.broker.retrying("default").single().task().lastError().get() shouldBe "stolen"
        }

        test("the error handler is not told of snoozes, nor of what is given back at shutdown") {
            val it = Complaining()
            it.room.enqueue("snooze")
            it.room.enqueue("long")
            it.room.handleAsync { task, context ->
                if (task.type() == "snooze") throw SnoozeException(Duration.ofHours(1))
                CompletableFuture<Unit>().also { ended ->
                    context.onCancel { reason -> ended.completeExceptionally(InterruptedException("$reason")) }
                }
            }
            it.room.advance(1.seconds)
            it.room.server.close()
            it.told.shouldBeEmpty()
            it.room.broker.pending("default") shouldHaveSize 1
        }

        test("an error handler that throws costs neither the outcome nor the server (W33)") {
            val room = Room { errorHandler(ErrorHandler { _, _, _ -> throw StackOverflowError("a bug") }) }
            room.enqueue("a")
            room.enqueue("b")
            room.handle { _, _ -> error("boom") }
            room.advance(1.seconds)
            room.broker.retrying("default").map { it.task().lastError().get() } shouldContainExactly
                listOf("boom", "boom")
            room.server.health().ready() shouldBe true
        }

        test("when a handler is given up, the error handler runs where handlers run, and holds up no timer") {
            val actions = ArrayDeque<Runnable>()
            val told = mutableListOf<String?>()
            val room =
                Room { handlerExecutor { actions += it }.errorHandler { _, _, failure -> told += failure.message } }
            room.enqueue("stuck", Options.defaults().timeout(Duration.ofSeconds(10)))
            room.handleAsync { _, _ -> CompletableFuture<Unit>() }
            room.advance(1.seconds)
            actions.removeFirst().run()
            room.advance(12.seconds)
            told.shouldBeEmpty()
            room.broker.active("default") shouldHaveSize 1
            actions.removeFirst().run()
            room.advance(1.seconds)
            told shouldContainExactly listOf("context deadline exceeded")
            room.broker.retrying("default") shouldHaveSize 1
        }
    })
