package io.asynq4j.server

import io.asynq4j.handler.RetryPolicy
import io.asynq4j.handler.RevokeTaskException
import io.asynq4j.handler.SkipRetryException
import io.asynq4j.handler.SnoozeException
import io.asynq4j.handler.TaskContext
import io.asynq4j.server.ServerObserver.Occasion
import io.asynq4j.spi.Ending
import io.asynq4j.task.Options
import io.asynq4j.task.Task
import io.asynq4j.testing.TestTasks
import io.asynq4j.testing.VirtualTime
import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldNotContain
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.time.Instant
import java.util.concurrent.CompletableFuture
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** Writes down all that it is told, a line each. */
private class Diary : ServerObserver {
    val lines = mutableListOf<String>()
    val occasions = mutableListOf<Occasion>()

    override fun opened(slots: Int) {
        lines += "opened $slots"
    }

    override fun closed(slots: Int) {
        lines += "closed $slots"
    }

    override fun looked(occasion: Occasion) {
        occasions += occasion
    }

    override fun fetched(wanted: Int, got: Int, took: Duration) {
        if (got > 0) lines += "fetched $got of $wanted in $took"
    }

    override fun began(task: TaskContext, waited: Duration?) {
        lines += "${task.type()} began after $waited"
    }

    override fun ended(task: TaskContext, ran: Duration) {
        lines += "${task.type()} ended after $ran"
    }

    override fun settled(task: TaskContext, outcome: AttemptOutcome, at: Instant) {
        lines += "${task.type()} $outcome"
    }

    override fun wrote(outcomes: Int, took: Duration) {
        lines += "wrote $outcomes"
    }

    override fun recovered(queue: String, tasks: Int) {
        lines += "recovered $tasks of $queue"
    }
}

class ServerObserverTest : FunSpec({
    test("an observer sees a task from its fetch to its end") {
        val diary = Diary()
        val room = Room { observer(diary) }
        val stage = CompletableFuture<Unit>()
        room.enqueue("a")
        room.advance(2.seconds)
        room.handleAsync { _, _ -> stage }
        room.time.after(300.milliseconds.java) { stage.complete(Unit) }
        room.advance(1.seconds)
        room.server.close()
        diary.lines shouldContainExactly listOf(
            "opened 10",
            "fetched 1 of 10 in PT0S",
            "a began after PT2S",
            "a ended after PT0.3S",
            "wrote 1",
            "a COMPLETED",
            "closed 10",
        )
    }

    test("every way in which an attempt can end has its outcome, once it is written") {
        val diary = Diary()
        val room = Room {
            observer(diary)
            retryPolicy(RetryPolicy.fixed(1.hours.java))
        }
        val kept = Options.defaults().retention(1.hours.java)
        listOf("done", "retry", "skip", "revoke", "snooze", "release").forEach { room.enqueue(it) }
        room.enqueue("kept", kept)
        room.enqueue("last", Options.defaults().maxRetry(0))
        room.handleAsync { task, context ->
            when (task.type()) {
                "retry", "last" -> error("no luck")

                "skip" -> throw SkipRetryException("never")

                "revoke" -> throw RevokeTaskException("nobody wants it")

                "snooze" -> throw SnoozeException(1.hours.java)

                "release" -> CompletableFuture<Unit>().also { stage ->
                    context.onCancel { stage.completeExceptionally(IllegalStateException("$it")) }
                }

                else -> CompletableFuture.completedFuture(null)
            }
        }
        room.advance(1.seconds)
        room.server.close()
        diary.lines.filter { line -> AttemptOutcome.entries.any { line.endsWith(it.name) } }
            .shouldContainExactlyInAnyOrder(
                "done COMPLETED",
                "kept COMPLETED",
                "retry RETRIED",
                "skip ARCHIVED",
                "last ARCHIVED",
                "revoke REVOKED",
                "snooze SNOOZED",
                "release RELEASED",
            )
        diary.lines.count { " began " in it } shouldBe 8
        diary.lines.count { " ended " in it } shouldBe 8
    }

    test("each kind of ending has an outcome") {
        val lease = Ending::class.java.permittedSubclasses.toList()
        lease.map { it.simpleName } shouldContainExactlyInAnyOrder
            listOf("Done", "Completed", "Retried", "Archived", "Snoozed", "Released") // as in Observation.outcome
    }

    test("a task that was taken from its server is told as lost, and its handler's end all the same") {
        val diary = Diary()
        val room = Room { observer(diary) }
        val stage = CompletableFuture<Unit>()
        room.enqueue("a", Options.defaults().taskId("a"))
        room.handleAsync { _, _ -> stage }
        room.advance(1.milliseconds)
        val later = room.time.instant().plusSeconds(3600)
        room.broker.expired("default", later, 10).attempts().forEach { lapsed ->
            room.broker.recover(
                listOf(Ending.Retried(lapsed.lease(), later, "taken", true)),
                later,
                room.time.instant(),
            )
        }
        stage.complete(Unit)
        room.advance(1.seconds)
        diary.lines.takeLast(3) shouldContainExactly listOf("a ended after PT0.001S", "wrote 1", "a LOST")
    }

    test("tasks taken back from a dead worker are told, however they end") {
        val diary = Diary()
        TestTasks.builder().server { it.observer(diary) }.build().use { tasks ->
            var runs = 0
            tasks.handle { _, _ ->
                if (runs++ == 0) tasks.killServer()
                CompletableFuture.completedFuture(null)
            }
            tasks.client().enqueue(Task.of("a"))
            tasks.advanceUntilIdle()
        }
        diary.lines shouldContain "recovered 1 of default"
        diary.lines shouldContain "a COMPLETED"
    }

    test("a look is counted with what has caused it") {
        val diary = Diary()
        val room = Room { observer(diary) }
        room.handle { _, _ -> }
        room.advance(100.milliseconds)
        diary.occasions shouldContainExactly listOf(Occasion.BUSY) // the first
        room.enqueue("a")
        room.advance(100.milliseconds)
        diary.occasions shouldContainExactly listOf(Occasion.BUSY, Occasion.WOKEN)
        room.advance(10.seconds)
        diary.occasions.drop(2).also { it shouldContain Occasion.POLLED }.forAll { it shouldBe Occasion.POLLED }
    }

    test("while all slots are taken one after the other, nobody is woken and nobody polls") {
        val diary = Diary()
        val room = Room {
            observer(diary)
            concurrency(1)
        }
        repeat(5) { room.enqueue("a") }
        room.handle { _, _ -> }
        room.advance(100.milliseconds)
        diary.occasions shouldNotContain Occasion.POLLED
        diary.occasions shouldNotContain Occasion.WOKEN
    }

    test("an observer that throws costs neither a task nor its outcome") {
        val room = Room {
            observer(
                object : ServerObserver {
                    override fun looked(occasion: Occasion) = error("looked")

                    override fun began(task: TaskContext, waited: Duration?) = throw StackOverflowError("began")

                    override fun ended(task: TaskContext, ran: Duration) = error("ended")

                    override fun settled(task: TaskContext, outcome: AttemptOutcome, at: Instant) = error("settled")
                },
            )
        }
        room.enqueue("a")
        room.handle { _, _ -> }
        room.advance(1.seconds)
        room.broker.processed("default") shouldBe 1
        room.broker.pending("default").shouldBeEmpty()
    }

    test("without an observer nothing is measured") {
        val readings = mutableListOf<Long>()
        val observation = Observation(listOf(), VirtualTime.startingAt(Instant.EPOCH))
        readings += observation.now()
        readings shouldContainExactly listOf(0L)
    }
})
