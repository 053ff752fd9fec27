package io.asynq4j.testing

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.time.Duration
import java.time.Instant
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime
import kotlin.time.toJavaDuration

private val start = Instant.parse("2026-11-21T06:00:00.25Z")

private fun VirtualTime.after(delay: kotlin.time.Duration, action: () -> Unit) = after(delay.toJavaDuration(), action)

private fun VirtualTime.advance(by: kotlin.time.Duration) = advance(by.toJavaDuration())

/** Returns once this thread waits for something; the test that it belongs to sees to it that it will. */
private fun Thread.awaitWaiting() {
    while (state != Thread.State.TIMED_WAITING) Thread.onSpinWait()
}

class VirtualTimeTest : FunSpec({
    test("time stands still until it is moved, and then moves exactly as far") {
        val time = VirtualTime.startingAt(start)
        time.instant() shouldBe start

        time.advance(1500.milliseconds)
        time.instant() shouldBe start.plusMillis(1500)
        time.advanceTo(start.plusSeconds(7))
        time.instant() shouldBe start.plusSeconds(7)
    }

    test("nanoseconds measure what has passed in virtual time") {
        val time = VirtualTime.startingAt(start)
        val before = time.nanoTime()
        time.advance(90.seconds)
        time.nanoTime() - before shouldBe 90_000_000_000L
    }

    test("time does not move back") {
        val time = VirtualTime.startingAt(start)
        shouldThrow<IllegalArgumentException> { time.advance((-1).seconds) }.message shouldContain "PT-1S"
        shouldThrow<IllegalArgumentException> { time.advanceTo(start.minusNanos(1)) }
    }

    test("timers fire in the order of their time, and find the clock exactly there") {
        val time = VirtualTime.startingAt(start)
        val fired = mutableListOf<Pair<String, Instant>>()
        time.after(3.seconds) { fired += "third" to time.instant() }
        time.after(1.seconds) { fired += "first" to time.instant() }
        time.after(2.seconds) { fired += "second" to time.instant() }

        time.advance(10.seconds)

        fired shouldContainExactly
            listOf(
                "first" to start.plusSeconds(1),
                "second" to start.plusSeconds(2),
                "third" to start.plusSeconds(3),
            )
        time.instant() shouldBe start.plusSeconds(10)
    }

    test("timers of one instant fire in the order they were made") {
        val time = VirtualTime.startingAt(start)
        val fired = mutableListOf<Int>()
        repeat(20) { time.after(1.seconds) { fired += it } }
        time.advance(1.seconds)
        fired shouldContainExactly (0..19).toList()
    }

    test("a timer fires at its time, not before, and once") {
        val time = VirtualTime.startingAt(start)
        var fired = 0
        time.after(1.minutes) { fired++ }
        time.advance(Duration.ofMinutes(1).minusNanos(1))
        fired shouldBe 0
        time.advance(Duration.ofNanos(1))
        fired shouldBe 1
        time.advance(1.hours)
        fired shouldBe 1
    }

    test("a timer that is closed does not fire, and no longer waits") {
        val time = VirtualTime.startingAt(start)
        var fired = 0
        val handle = time.after(1.seconds) { fired++ }
        time.pendingTimers() shouldBe 1
        handle.close()
        handle.close()
        time.pendingTimers() shouldBe 0
        time.advance(2.seconds)
        fired shouldBe 0
    }

    test("a timer set by a timer fires in the same advance when it falls within") {
        val time = VirtualTime.startingAt(start)
        val ticks = mutableListOf<Instant>()

        fun tick() {
            ticks += time.instant()
            time.after(5.seconds) { tick() }
        }
        time.after(5.seconds) { tick() }

        time.advance(16.seconds)
        ticks shouldContainExactly listOf(5L, 10L, 15L).map { start.plusSeconds(it) }
    }

    test("a delay of zero or less fires without time moving, but never inside the call") {
        val time = VirtualTime.startingAt(start)
        val fired = mutableListOf<Pair<String, Instant>>()
        time.after(0.seconds) { fired += "zero" to time.instant() }
        time.after((-5).seconds) { fired += "less" to time.instant() }
        fired.shouldBeEmpty()
        time.runDue()
        fired shouldContainExactly listOf("zero" to start, "less" to start)
        time.instant() shouldBe start
    }

    test("a delay of eternity is never reached, and does no harm") {
        val time = VirtualTime.startingAt(start)
        time.after(Duration.ofSeconds(Long.MAX_VALUE)) { error("eternity is over") }
        time.advance(Duration.ofDays(10_000))
        time.pendingTimers() shouldBe 1
    }

    test("actions run on the thread that moves time, in order, all of them before the next timer") {
        val time = VirtualTime.startingAt(start)
        val ran = mutableListOf<String>()
        val threads = mutableSetOf<Thread>()
        time.after(0.seconds) { ran += "timer" }
        listOf("one", "two").forEach {
            time.executor().execute {
                ran += it
                threads += Thread.currentThread()
                if (it == "one") time.executor().execute { ran += "three" }
            }
        }
        ran.shouldBeEmpty()

        time.runDue()
        ran shouldContainExactly listOf("one", "two", "three", "timer")
        threads shouldBe setOf(Thread.currentThread())
    }

    test("what a timer submits runs before the next timer of the same instant") {
        val time = VirtualTime.startingAt(start)
        val ran = mutableListOf<String>()
        time.after(1.seconds) {
            ran += "first timer"
            time.executor().execute { ran += "action" }
        }
        time.after(1.seconds) { ran += "second timer" }
        time.advance(1.seconds)
        ran shouldContainExactly listOf("first timer", "action", "second timer")
    }

    test("an action may move time itself, and the outer advance does not move it back") {
        val time = VirtualTime.startingAt(start)
        val seen = mutableListOf<Pair<String, Instant>>()
        time.after(1.seconds) {
            time.advance(10.seconds)
            seen += "moved on" to time.instant()
        }
        time.after(2.seconds) { seen += "on the way" to time.instant() }

        time.advance(5.seconds)
        seen shouldContainExactly
            listOf("on the way" to start.plusSeconds(2), "moved on" to start.plusSeconds(11))
        time.instant() shouldBe start.plusSeconds(11)
    }

    test("actions that go on and on without time moving are stopped, and named") {
        val time = VirtualTime.startingAt(start)
        val restless = object : Runnable {
            override fun run() {
                time.after(0.seconds) { time.executor().execute(this) }
            }

            override fun toString() = "the restless one"
        }
        time.executor().execute(restless)

        val stopped = shouldThrow<IllegalStateException> { time.advance(1.seconds) }
        stopped.message shouldContain "1000000 actions"
        stopped.message shouldContain start.toString()
    }

    test("what an action throws is thrown by advance, after everything else has run") {
        val time = VirtualTime.startingAt(start)
        val ran = mutableListOf<String>()
        time.after(1.seconds) { error("first") }
        time.after(2.seconds) { throw AssertionError("second") }
        time.after(3.seconds) { ran += "third" }

        val thrown = shouldThrow<IllegalStateException> { time.advance(1.minutes) }
        thrown.message shouldBe "first"
        thrown.suppressed.map { it.message } shouldContainExactly listOf("second")
        ran shouldContainExactly listOf("third")
        time.instant() shouldBe start.plusSeconds(60)
        time.advance(1.seconds) // and not again
    }

    test("what fails inside a nested advance is thrown by the outermost, not into the action in between") {
        val time = VirtualTime.startingAt(start)
        val ran = mutableListOf<String>()
        time.after(1.seconds) {
            time.advance(1.seconds)
            ran += "went on"
        }
        time.after(2.seconds) { error("within") }
        shouldThrow<IllegalStateException> { time.advance(5.seconds) }.message shouldBe "within"
        ran shouldContainExactly listOf("went on")
    }

    context("waiting for a stage") {
        test("moves on to the timer that ends it, and not further") {
            val time = VirtualTime.startingAt(start)
            val stage = CompletableFuture<String>()
            time.after(1.hours) { stage.complete("there") }
            time.after(2.hours) { error("too far") }
            time.await(stage)
            time.instant() shouldBe start.plusSeconds(3600)
        }

        test("does nothing for one that has ended, however it ended") {
            val time = VirtualTime.startingAt(start)
            time.executor().execute { error("not asked for") }
            time.await(CompletableFuture.completedFuture(1))
            time.await(CompletableFuture.failedFuture<Int>(RuntimeException("no")))
            time.instant() shouldBe start
        }

        test("works inside an action, while other actions go on") {
            val time = VirtualTime.startingAt(start)
            val ran = mutableListOf<String>()
            val stage = CompletableFuture<Unit>()
            time.executor().execute {
                time.await(stage)
                ran += "waited until ${time.instant()}"
            }
            time.executor().execute { ran += "meanwhile" }
            time.after(3.seconds) { stage.complete(Unit) }

            time.runDue()
            ran shouldContainExactly listOf("meanwhile", "waited until ${start.plusSeconds(3)}")
        }

        test("waits for real when the stage ends on another thread") {
            val time = VirtualTime.startingAt(start)
            val stage = CompletableFuture<Unit>()
            val main = Thread.currentThread()
            val waiting = CountDownLatch(1)
            time.executor().execute { waiting.countDown() }
            val other = thread {
                waiting.await()
                main.awaitWaiting()
                stage.complete(Unit)
            }
            measureTime { time.await(stage) } shouldBeLessThan 4.seconds
            other.join()
            time.instant() shouldBe start
        }

        test("runs on this thread what another one submits meanwhile") {
            val time = VirtualTime.startingAt(start)
            val stage = CompletableFuture<Thread>()
            val main = Thread.currentThread()
            val waiting = CountDownLatch(1)
            time.executor().execute { waiting.countDown() }
            val other = thread {
                waiting.await()
                main.awaitWaiting()
                time.executor().execute { stage.complete(Thread.currentThread()) }
            }
            time.await(stage)
            other.join()
            stage.get() shouldBe Thread.currentThread()
        }

        test("moves on to a timer that another thread sets meanwhile") {
            val time = VirtualTime.startingAt(start)
            val stage = CompletableFuture<Unit>()
            val main = Thread.currentThread()
            val waiting = CountDownLatch(1)
            time.executor().execute { waiting.countDown() }
            val other = thread {
                waiting.await()
                main.awaitWaiting()
                time.after(1.hours) { stage.complete(Unit) }
            }
            measureTime { time.await(stage) } shouldBeLessThan 4.seconds
            other.join()
            time.instant() shouldBe start.plusSeconds(3600)
        }

        test("gives up when nothing is left to run, and names what it waited for") {
            val time = VirtualTime(start, TimeUnit.MILLISECONDS.toNanos(20))
            val stage = object : CompletableFuture<Unit>() {
                override fun toString() = "the answer"
            }
            val gaveUp = shouldThrow<IllegalStateException> { time.await(stage) }
            gaveUp.message shouldContain "waiting for the answer"
            gaveUp.message shouldContain "within 20 ms"
        }

        test("gives up when timers fire for ever") {
            val time = VirtualTime.startingAt(start)

            fun tick() {
                time.after(1.seconds) { tick() }
            }
            tick()
            shouldThrow<IllegalStateException> { time.await(CompletableFuture<Unit>()) }
                .message shouldContain "gave up waiting for"
        }

        test("fails at once with what an action throws") {
            val time = VirtualTime.startingAt(start)
            time.after(1.seconds) { error("broken") }
            time.after(2.seconds) { error("not reached") }
            shouldThrow<IllegalStateException> { time.await(CompletableFuture<Unit>()) }.message shouldBe "broken"
            time.instant() shouldBe start.plusSeconds(1)
        }

        test("ends when the thread is interrupted") {
            val time = VirtualTime.startingAt(start)
            val outcome = CompletableFuture<Throwable>()
            val waiting = CountDownLatch(1)
            time.executor().execute { waiting.countDown() }
            val waiter = thread {
                try {
                    time.await(CompletableFuture<Unit>())
                } catch (thrown: Throwable) {
                    outcome.complete(thrown)
                }
            }
            waiting.await()
            waiter.interrupt()
            (outcome.get() is InterruptedException) shouldBe true
        }
    }

    test("many threads may set timers and submit actions while one moves time") {
        val time = VirtualTime.startingAt(start)
        val ran = CopyOnWriteArrayList<Thread>()
        val threads = List(4) {
            thread {
                repeat(250) {
                    time.executor().execute { ran += Thread.currentThread() }
                    time.after(it.milliseconds) { ran += Thread.currentThread() }
                }
            }
        }
        while (threads.any { it.isAlive }) time.advance(1.milliseconds)
        time.advance(1.seconds)
        ran.size shouldBe 2000
        ran.toSet() shouldBe setOf(Thread.currentThread())
    }

    test("a thread that wants to move time waits for the one that does") {
        val time = VirtualTime.startingAt(start)
        val order = CopyOnWriteArrayList<String>()
        val started = CountDownLatch(1)
        val other = thread(start = false) {
            started.countDown()
            time.advance(1.seconds)
            order += "other"
        }
        time.after(1.seconds) {
            other.start()
            started.await()
            order += "first"
        }
        time.advance(1.seconds)
        other.join()
        order shouldContainExactly listOf("first", "other")
        time.instant() shouldBe start.plusSeconds(2)
    }
})
