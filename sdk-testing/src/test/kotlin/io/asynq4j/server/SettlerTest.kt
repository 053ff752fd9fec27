package io.asynq4j.server

import io.asynq4j.handler.RetryPolicy
import io.asynq4j.spi.Ending
import io.asynq4j.spi.Lease
import io.asynq4j.spi.Settled
import io.asynq4j.spi.Settlement
import io.asynq4j.spi.TaskMessage
import io.asynq4j.task.BrokerUnavailableException
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.testing.InMemoryBroker
import io.asynq4j.testing.VirtualTime
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.time.Duration
import java.time.Instant
import java.util.Random
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

private class SettlerRoom(
    isFailure: (Throwable) -> Boolean = { true },
    concurrency: Int = 1,
) : Settlement {
    val time: VirtualTime = VirtualTime.startingAt(Instant.parse("2026-03-01T12:00:00Z"))
    val attempts = Attempts()
    val batches = mutableListOf<List<Ending>>()
    var answer: (Ending) -> Settled = { Settled.WRITTEN }
    var relieved = 0
    private val settings =
        Settings(
            concurrency,
            mapOf("default" to 1),
            false,
            1.seconds.java,
            1.seconds.java,
            1.seconds.java,
            1,
            1.seconds.java,
            30.seconds.java,
            30.seconds.java,
            5,
            1.seconds.java,
            1.seconds.java,
            RetryPolicy.fixed(10.seconds.java),
            isFailure,
            GroupSettings.Builder().build(),
        )
    val settler = Settler(this, attempts, settings, time, Random(1), {}, { relieved++ })

    fun hasRoom(queue: String = "default") = settler.hasRoom(queue)

    fun attempt(id: String = "a", options: Options = Options.defaults(), retried: Int = 0): Attempt {
        val fresh = TaskMessage.of("t", Payload.none(), options.taskId(id))
        val message = fresh.withProgress(TaskMessage.Progress(retried, "", 0, 0))
        val now = time.instant()
        val attempt =
            Attempt(
                Lease(message, "token-$id", now.plusSeconds(30)),
                now,
                now.plusSeconds(1_800),
                InMemoryBroker.create(),
            )
        attempts.add(attempt)
        return attempt
    }

    fun ending(outcome: Outcome, attempt: Attempt = attempt()): Ending {
        settler.settle(attempt, outcome)
        settler.runOnce()
        return batches.last().single()
    }

    override fun settle(endings: List<Ending>, now: Instant): List<Settled> {
        batches += endings
        return endings.map(answer)
    }

    override fun recover(endings: List<Ending>, cutoff: Instant, now: Instant): List<Settled> =
        error("a settler does not recover")
}

class SettlerTest :
    FunSpec({
        val boom = IllegalStateException("boom")

        test("knows what to write for every outcome there is") {
            val outcomes =
                listOf(
                    Outcome.Succeeded(),
                    Outcome.Failed(boom),
                    Outcome.Rejected(boom),
                    Outcome.Revoked(),
                    Outcome.Snoozed(Duration.ofSeconds(1)),
                    Outcome.Released(),
                    Outcome.Lost(),
                )
            outcomes.map { it.javaClass }.toSet() shouldBe Outcome::class.java.permittedSubclasses.toSet()
            outcomes.forEach { outcome ->
                val room = SettlerRoom()
                room.settler.settle(room.attempt(), outcome)
                room.settler.runOnce()
                room.batches.size shouldBe if (outcome is Outcome.Lost) 0 else 1
            }
        }

        test("a success is done, and completed when it has a retention") {
            val room = SettlerRoom()
            room.ending(Outcome.Succeeded()).shouldBeInstanceOf<Ending.Done>()
            val kept = room.attempt("b", Options.defaults().retention(1.minutes.java))
            room.ending(Outcome.Succeeded(), kept).shouldBeInstanceOf<Ending.Completed>()
        }

        test("a revoked task is done even with a retention") {
            val room = SettlerRoom()
            val kept = room.attempt("b", Options.defaults().retention(1.minutes.java))
            room.ending(Outcome.Revoked(), kept).shouldBeInstanceOf<Ending.Done>()
        }

        test("a snoozed task is due after its delay, whatever retries are left") {
            val room = SettlerRoom()
            val last = room.attempt("b", Options.defaults().maxRetry(0))
            val snoozed = room.ending(Outcome.Snoozed(90.seconds.java), last).shouldBeInstanceOf<Ending.Snoozed>()
            snoozed.due() shouldBe room.time.instant().plusSeconds(90)
        }

        test("a failure is retried when the policy says so, with its text") {
            val room = SettlerRoom()
            val retried = room.ending(Outcome.Failed(boom)).shouldBeInstanceOf<Ending.Retried>()
            retried.due() shouldBe room.time.instant().plusSeconds(10)
            retried.error() shouldBe "boom"
            retried.counted() shouldBe true
        }

        test("a failure without retries left is archived") {
            val room = SettlerRoom()
            val last = room.attempt("b", Options.defaults().maxRetry(3), retried = 3)
            room.ending(Outcome.Failed(boom), last).shouldBeInstanceOf<Ending.Archived>().error() shouldBe "boom"
        }

        test("what is no failure is retried without being counted, but archived all the same at the end") {
            val room = SettlerRoom(isFailure = { false })
            room.ending(Outcome.Failed(boom)).shouldBeInstanceOf<Ending.Retried>().counted() shouldBe false
            val last = room.attempt("b", Options.defaults().maxRetry(0))
            room.ending(Outcome.Failed(boom), last).shouldBeInstanceOf<Ending.Archived>()
        }

        test("writes in one batch what has gathered") {
            val room = SettlerRoom()
            listOf("a", "b", "c").forEach { room.settler.settle(room.attempt(it), Outcome.Succeeded()) }
            room.settler.runOnce() shouldBe Duration.ZERO
            room.batches.single().map { it.lease().id() } shouldContainExactly listOf("a", "b", "c")
            room.attempts.snapshot().size shouldBe 0
        }

        test("keeps what may not have been written, in order, and tries it again") {
            val room = SettlerRoom()
            listOf("a", "b", "c").forEach { room.settler.settle(room.attempt(it), Outcome.Succeeded()) }
            room.answer = { if (it.lease().id() == "b") Settled.WRITTEN else Settled.UNKNOWN }
            shouldThrow<BrokerUnavailableException> { room.settler.runOnce() }
            room.settler.empty().toCompletableFuture().isDone shouldBe false

            room.answer = { Settled.WRITTEN }
            room.settler.runOnce()
            room.batches.last().map { it.lease().id() } shouldContainExactly listOf("a", "c")
            room.settler.empty().toCompletableFuture().isDone shouldBe true
        }

        test("keeps what got no answer for as long as there is none, even when its lease has lapsed") {
            val room = SettlerRoom()
            room.answer = { Settled.UNKNOWN }
            room.settler.settle(room.attempt(), Outcome.Succeeded())
            repeat(3) {
                shouldThrow<BrokerUnavailableException> { room.settler.runOnce() }
                room.time.advance(31.seconds.java)
            }
            room.attempts.snapshot().size shouldBe 1

            room.answer = { Settled.NOT_HELD }
            room.settler.runOnce()
            room.attempts.snapshot().size shouldBe 0
            room.settler.runOnce()
            room.batches.size shouldBe 4
        }

        test("forgets an attempt whose outcome was refused") {
            val room = SettlerRoom()
            room.answer = { Settled.NOT_HELD }
            room.settler.settle(room.attempt(), Outcome.Succeeded())
            room.settler.runOnce()
            room.attempts.snapshot().size shouldBe 0
            room.settler.empty().toCompletableFuture().isDone shouldBe true
        }

        test("is overloaded at 1,000 unwritten outcomes, and says when it is no more") {
            val room = SettlerRoom()
            repeat(999) { room.settler.settle(room.attempt("$it"), Outcome.Succeeded()) }
            room.hasRoom() shouldBe true
            room.settler.settle(room.attempt("last"), Outcome.Succeeded())
            room.hasRoom() shouldBe false
            room.relieved shouldBe 0
            room.settler.runOnce()
            room.relieved shouldBe 1
            room.hasRoom() shouldBe true
        }

        test(
            "an outcome that is blocked in its queue is tried again every 10 s, and those of other queues are not held up",
        ) {
            val room = SettlerRoom()
            val broken = Options.defaults().queue("broken")
            room.answer = { if (it.lease().queue() == "broken") Settled.BLOCKED else Settled.WRITTEN }
            room.settler.settle(room.attempt("a", broken), Outcome.Succeeded())
            room.settler.settle(room.attempt("b"), Outcome.Succeeded())
            room.settler.runOnce() shouldBe Duration.ZERO
            room.settler.empty().toCompletableFuture().isDone shouldBe true
            room.settler.runOnce() shouldBe 10.seconds.java

            room.time.advance(9.seconds.java)
            room.settler.settle(room.attempt("c"), Outcome.Succeeded())
            room.settler.runOnce() shouldBe Duration.ZERO
            room.batches.last().map { it.lease().id() } shouldContainExactly listOf("c")
            room.attempts.snapshot().map { it.taskId() } shouldContainExactly listOf("a")

            room.time.advance(1.seconds.java)
            room.settler.runOnce()
            room.settler.runOnce() shouldBe 10.seconds.java
            room.time.advance(10.seconds.java)
            room.answer = { Settled.WRITTEN }
            room.settler.runOnce()
            room.batches.map { batch -> batch.map { it.lease().id() } } shouldContainExactly
                listOf(listOf("a", "b"), listOf("c"), listOf("a"), listOf("a"))
            room.attempts.snapshot().size shouldBe 0
            room.settler.blocked() shouldBe 0
        }

        test("a blocked outcome whose lease is gone is given up") {
            val room = SettlerRoom()
            room.answer = { Settled.BLOCKED }
            room.settler.settle(room.attempt(), Outcome.Succeeded())
            room.settler.runOnce()
            room.settler.blocked() shouldBe 1
            room.answer = { Settled.NOT_HELD }
            room.time.advance(10.seconds.java)
            room.settler.runOnce()
            room.settler.blocked() shouldBe 0
            room.attempts.snapshot().size shouldBe 0
        }

        test("a blocked outcome that then gets no answer is one that got none") {
            val room = SettlerRoom()
            room.answer = { Settled.BLOCKED }
            room.settler.settle(room.attempt(), Outcome.Succeeded())
            room.settler.runOnce()
            room.answer = { Settled.UNKNOWN }
            room.time.advance(10.seconds.java)
            shouldThrow<BrokerUnavailableException> { room.settler.runOnce() }
            room.settler.blocked() shouldBe 0
            room.settler.empty().toCompletableFuture().isDone shouldBe false
            room.answer = { Settled.WRITTEN }
            room.settler.runOnce()
            room.settler.empty().toCompletableFuture().isDone shouldBe true
        }

        test("1,000 blocked outcomes leave no room for their queue, and for others as much as before") {
            val room = SettlerRoom()
            val broken = Options.defaults().queue("broken")
            room.answer = { Settled.BLOCKED }
            repeat(1_000) { room.settler.settle(room.attempt("$it", broken), Outcome.Succeeded()) }
            room.settler.runOnce()
            room.hasRoom("broken") shouldBe false
            room.hasRoom() shouldBe true
            room.relieved shouldBe 1 // since they wait no more
            room.answer = { Settled.WRITTEN }
            room.time.advance(10.seconds.java)
            room.settler.runOnce()
            room.relieved shouldBe 2
            room.hasRoom("broken") shouldBe true
        }
    })
