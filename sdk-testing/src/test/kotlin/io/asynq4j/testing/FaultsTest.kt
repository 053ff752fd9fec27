package io.asynq4j.testing

import io.asynq4j.client.TaskClient
import io.asynq4j.handler.CancelReason
import io.asynq4j.handler.RetryPolicy
import io.asynq4j.spi.Settlement
import io.asynq4j.spi.Submission
import io.asynq4j.task.BrokerUnavailableException
import io.asynq4j.time.SystemTime
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.util.concurrent.CompletableFuture
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

class FaultsTest : FunSpec({
    test("while the broker is away nothing is taken in, and what was there runs when it is back") {
        TestTasks.create().use { tasks ->
            var runs = 0
            tasks.handleAll { _, _ -> runs++ }
            tasks.client().enqueue(GREET.task("before"))
            tasks.faults().unavailableFor(Duration.ofMinutes(1))
            shouldThrow<BrokerUnavailableException> { tasks.client().enqueue(GREET.task("during")) }
            tasks.advance(59.seconds)
            runs shouldBe 0
            tasks.advance(10.seconds)
            runs shouldBe 1
            tasks.enqueued() shouldHaveSize 1
        }
    }

    test("a reply that is lost after the write leaves the task behind") {
        TestTasks.create().use { tasks ->
            tasks.faults().loseReplies(1, Submission::class.java)
            shouldThrow<BrokerUnavailableException> { tasks.client().enqueue(GREET.task("a")) }
            tasks.pending().single().payload(GREET) shouldBe "a"
            tasks.client().enqueue(GREET.task("b"))
            tasks.pending() shouldHaveSize 2
        }
    }

    test("an outcome whose reply was lost is not written twice, and the task not run twice") {
        TestTasks.create().use { tasks ->
            var runs = 0
            tasks.handleAll { _, _ -> runs++ }
            tasks.client().enqueue(GREET.task("a"))
            tasks.faults().loseReplies(1, Settlement::class.java)
            tasks.advance(5.minutes)
            runs shouldBe 1
            tasks.view().processed("default") shouldBe 1
        }
    }

    test("a role can be away alone") {
        TestTasks.create().use { tasks ->
            var runs = 0
            tasks.handleAll { _, _ -> runs++ }
            tasks.client().enqueue(GREET.task("a"))
            tasks.faults().unavailable(Settlement::class.java)
            tasks.advance(1.minutes)
            runs shouldBe 1
            tasks.active() shouldHaveSize 1
            tasks.faults().available()
            tasks.advance(10.seconds)
            tasks.active().shouldBeEmpty()
        }
    }

    test("a worker that loses its lease is told, and the task runs again") {
        val tasks = TestTasks.builder().patience(Duration.ZERO).build()
        tasks.use {
            val reasons = mutableListOf<CancelReason>()
            var runs = 0
            tasks.handle { _, context ->
                runs++
                if (runs == 1) {
                    context.onCancel { reasons += it }
                    CompletableFuture<Unit>()
                } else {
                    CompletableFuture.completedFuture(Unit)
                }
            }
            val task = tasks.client().enqueue(GREET.task("a"))
            tasks.runDue()
            tasks.faults().loseLease(tasks.broker(), task.queue(), task.id())
            tasks.advance(10.seconds)
            reasons shouldContainExactly listOf(CancelReason.LEASE_LOST)
            runs shouldBe 2
            shouldThrow<IllegalArgumentException> { tasks.faults().loseLease(tasks.broker(), "default", task.id()) }
        }
    }

    test("a server that is killed between two steps leaves its task to the next one") {
        TestTasks.create().use { tasks ->
            val retried = mutableListOf<Int>()
            tasks.handle { _, context ->
                retried += context.retried()
                val stage = CompletableFuture<Unit>()
                tasks.time().after(Duration.ofSeconds(10)) { stage.complete(Unit) }
                stage
            }
            tasks.client().enqueue(GREET.task("a"))
            tasks.advance(5.seconds)
            tasks.killServer()
            tasks.advance(30.seconds)
            tasks.active() shouldHaveSize 1
            retried shouldContainExactly listOf(0)
            tasks.advanceUntilIdle()
            retried shouldContainExactly listOf(0, 1)
            tasks.active().shouldBeEmpty()
        }
    }

    test("a server that is killed in the middle of a handler writes nothing of it") {
        TestTasks.create().use { tasks ->
            val steps = mutableListOf<String>()
            tasks.handleAll { _, context ->
                steps += "started"
                if (context.retried() == 0) tasks.killServer()
                steps += "ended"
            }
            tasks.client().enqueue(GREET.task("a"))
            tasks.advanceUntilIdle()
            steps shouldContainExactly listOf("started", "started", "ended")
            tasks.view().processed("default") shouldBe 2
            tasks.view().failed("default") shouldBe 1
        }
    }

    test("a slow broker takes its time from caller and server") {
        TestTasks.create().use { tasks ->
            var ranAt = tasks.time().instant()
            tasks.handleAll { _, _ -> ranAt = tasks.time().instant() }
            val start = tasks.time().instant()
            tasks.faults().slow(Duration.ofSeconds(2))
            tasks.client().enqueue(GREET.task("a"))
            tasks.time().instant() shouldBe start.plusSeconds(2)
            tasks.advance(30.seconds)
            (ranAt >= start.plusSeconds(4)) shouldBe true
            tasks.pending().shouldBeEmpty()
        }
    }

    test("a clock that jumps ahead makes its server take up tasks early, and nobody else's") {
        TestTasks.create().use { tasks ->
            var runs = 0
            tasks.handleAll { _, _ -> runs++ }
            tasks.client().enqueue(GREET.task("a"), options().processIn(Duration.ofHours(1)))
            tasks.advance(10.seconds)
            tasks.faults().jumpClock(Duration.ofHours(1))
            tasks.advance(30.seconds) // it sleeps by duration, and looks up that often
            runs shouldBe 1
        }
    }

    test("they go around any broker, in real time too") {
        SystemTime.open().use { time ->
            val memory = InMemoryBroker.create()
            val faults = Faults.on(time)
            val broker = faults.wrap(memory)
            TaskClient.of(broker).use { client ->
                client.enqueue(GREET.task("a"))
                faults.unavailable()
                shouldThrow<BrokerUnavailableException> { client.enqueue(GREET.task("b")) }
                shouldThrow<BrokerUnavailableException> { broker.ping() }
                faults.end()
                faults.slow(Duration.ofMillis(20))
                val before = System.nanoTime()
                client.enqueue(GREET.task("c"))
                (System.nanoTime() - before >= 20_000_000) shouldBe true
            }
            memory.pending("default") shouldHaveSize 2
        }
    }
})
