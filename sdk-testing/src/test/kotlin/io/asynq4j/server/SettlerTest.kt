package io.asynq4j.server

import io.asynq4j.handler.RetryPolicy
import io.asynq4j.handler.TaskListener
import io.asynq4j.spi.ArchiveLimits
import io.asynq4j.spi.Ending
import io.asynq4j.spi.Lease
import io.asynq4j.spi.Settled
import io.asynq4j.spi.Settlement
import io.asynq4j.spi.TaskMessage
import io.asynq4j.task.BrokerUnavailableException
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.task.TaskInfo
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
    policy: RetryPolicy = RetryPolicy.fixed(10.seconds.java),
    listener: TaskListener = object : TaskListener {},
) : Settlement {
    val time: VirtualTime = VirtualTime.startingAt(Instant.parse("2026-03-01T12:00:00Z"))
    val attempts = Attempts()
    val batches = mutableListOf<List<Ending>>()
    var answer: (Ending) -> Settled = { Settled.WRITTEN }
    var relieved = 0
    private val failures = Failures(policy, isFailure, null, listOf(listener))
    private val announcer = Announcer(failures.listeners()) {}
    private val judge = Judge(failures, ArchiveLimits.DEFAULT, time, Random(1))
    private val observation = Observation(listOf(), time)
    val settler = Settler(this, attempts, judge, announcer, observation, 1_000, time, {}, { relieved++ })

    fun tell() = announcer.runOnce()

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

    /** The next attempt at a task, as it was left. */
    fun attempt(lease: Lease): Attempt {
        val now = time.instant()
        return Attempt(lease, now, now.plusSeconds(1_800), InMemoryBroker.create()).also { attempts.add(it) }
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

private class Told(
    private val failing: Boolean = false,
) : TaskListener {
    val news = mutableListOf<String>()

    override fun completed(task: TaskInfo) = note("completed ${task.id()}")

    override fun retried(task: TaskInfo, failure: Throwable) =
        note("retried ${task.id()} ${failure.message} ${task.retried()} ${task.progress().nextProcessAt()}")

    override fun archived(task: TaskInfo, failure: Throwable) = note("archived ${task.id()} ${failure.message}")

    private fun note(what: String) {
        news += what
        if (failing) error("a bug in a listener")
    }
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
                    Outcome.Revoked(boom),
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
            room.ending(Outcome.Revoked(boom), kept).shouldBeInstanceOf<Ending.Done>()
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

        test("a failure of a kind that is never retried is archived at once") {
            val room =
                SettlerRoom(policy = RetryPolicy.fixed(10.seconds.java).never(IllegalArgumentException::class.java))
            val wrapped = IllegalStateException("outer", IllegalArgumentException("inner"))
            room.ending(Outcome.Failed(wrapped)).shouldBeInstanceOf<Ending.Archived>().error() shouldBe "outer"
            room.ending(Outcome.Failed(boom), room.attempt("b")).shouldBeInstanceOf<Ending.Retried>()
        }

        test("a task is retried for a period from its first failure, noted in a header, and then archived without it") {
            val room = SettlerRoom(policy = RetryPolicy.fixed(10.seconds.java).forAtMost(1.minutes.java))
            val first = room.ending(Outcome.Failed(boom)).shouldBeInstanceOf<Ending.Retried>().lease()
            first.message().headers() shouldBe mapOf("asynq4j-first-failed-at" to "1772366400")
            room.time.advance(59.seconds.java)
            val second = room.ending(Outcome.Failed(boom), room.attempt(first)).shouldBeInstanceOf<Ending.Retried>()
            second.lease().message().headers() shouldBe first.message().headers()
            room.time.advance(1.seconds.java)
            val last = room.ending(Outcome.Failed(boom), room.attempt(second.lease()))
            last.shouldBeInstanceOf<Ending.Archived>().lease().message().headers() shouldBe emptyMap()
        }

        test(
            "a note of the first failure that is no time, or none that can be, begins a period or ends it, and does no harm",
        ) {
            val room = SettlerRoom(policy = RetryPolicy.fixed(10.seconds.java).forAtMost(Duration.ofDays(100_000_000)))
            listOf("soon", "", "9223372036854775807", "-9223372036854775808", "0").forEach { note ->
                val header = Options.defaults().header("asynq4j-first-failed-at", note)
                room.settler.settle(room.attempt("x$note", header), Outcome.Failed(boom))
            }
            room.settler.runOnce()
            room.batches.last().map { it.javaClass.simpleName } shouldContainExactly
                listOf("Retried", "Retried", "Retried", "Archived", "Retried")
        }

        test(
            "a settlement that ends in an Error costs no outcome: all are kept in their order, and written the next time",
        ) {
            val room = SettlerRoom()
            listOf("a", "b", "c").forEach { room.settler.settle(room.attempt(it), Outcome.Succeeded()) }
            room.answer = { throw OutOfMemoryError("made up") }
            shouldThrow<OutOfMemoryError> { room.settler.runOnce() }
            room.answer = { Settled.WRITTEN }
            room.settler.runOnce()
            room.batches.last().map { it.lease().id() } shouldContainExactly listOf("a", "b", "c")
            room.settler.empty().toCompletableFuture().isDone shouldBe true
        }

        test("a failure that cannot even be read is one all the same") {
            val unreadable =
                object : RuntimeException() {
                    override val message: String get() = error("no text")
                }
            val name = unreadable.javaClass.name
            val room = SettlerRoom()
            val retried = room.ending(Outcome.Failed(unreadable)).shouldBeInstanceOf<Ending.Retried>()
            retried.error() shouldBe "a $name that cannot be read"
            room.ending(Outcome.Rejected(unreadable), room.attempt("b")).shouldBeInstanceOf<Ending.Archived>()
            room.settler.empty().toCompletableFuture().isDone shouldBe true
        }

        test("a policy or isFailure that throws or answers nothing costs no outcome: the defaults are used") {
            listOf<(Int) -> Duration?>({ error("no idea") }, { null }).forEach { answer ->
                @Suppress("UNCHECKED_CAST")
                val policy = RetryPolicy { n, _, _, _ -> (answer(n) as Any?) as Duration }
                val room = SettlerRoom(isFailure = { throw StackOverflowError() }, policy = policy)
                val retried = room.ending(Outcome.Failed(boom)).shouldBeInstanceOf<Ending.Retried>()
                (Duration.between(room.time.instant(), retried.due()).seconds in 15..44) shouldBe true
                retried.counted() shouldBe true
            }
        }

        test("a policy that waits for ever waits as long as a time can be told") {
            val room = SettlerRoom(policy = RetryPolicy.fixed(Duration.ofSeconds(Long.MAX_VALUE)))
            val retried = room.ending(Outcome.Failed(boom)).shouldBeInstanceOf<Ending.Retried>()
            retried.due() shouldBe room.time.instant().plus(Duration.ofDays(36_500))
        }

        test("listeners are told what the broker has confirmed, in order, and nothing else") {
            val told = Told()
            val room = SettlerRoom(listener = told)
            room.settler.settle(room.attempt("a"), Outcome.Succeeded())
            room.settler.settle(room.attempt("b"), Outcome.Failed(boom))
            room.settler.settle(room.attempt("c", Options.defaults().maxRetry(0)), Outcome.Failed(boom))
            room.settler.settle(room.attempt("d"), Outcome.Revoked(boom))
            room.settler.settle(room.attempt("e"), Outcome.Snoozed(1.seconds.java))
            room.answer = { Settled.UNKNOWN }
            shouldThrow<BrokerUnavailableException> { room.settler.runOnce() }
            room.tell()
            told.news shouldBe emptyList()

            room.answer = { Settled.WRITTEN }
            room.settler.runOnce()
            told.news shouldBe emptyList() // not on the settler's thread
            room.tell()
            told.news shouldContainExactly
                listOf("completed a", "retried b boom 1 2026-03-01T12:00:10Z", "archived c boom")
        }

        test("an outcome that was refused is not told, since it is none") {
            val told = Told()
            val room = SettlerRoom(listener = told)
            room.answer = { Settled.NOT_HELD }
            room.settler.settle(room.attempt(), Outcome.Succeeded())
            room.settler.runOnce()
            room.tell()
            told.news shouldBe emptyList()
        }

        test("a listener that throws hears of the next one, and one that is too slow misses some") {
            val told = Told(failing = true)
            val room = SettlerRoom(listener = told)
            repeat(1_500) { room.settler.settle(room.attempt("$it"), Outcome.Succeeded()) }
            repeat(2) { room.settler.runOnce() }
            room.tell()
            told.news.size shouldBe 1_000
            told.news.last() shouldBe "completed 999"
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
