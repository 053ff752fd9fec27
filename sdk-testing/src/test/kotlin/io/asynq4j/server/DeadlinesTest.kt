package io.asynq4j.server

import io.asynq4j.spi.Lease
import io.asynq4j.spi.TaskMessage
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.testing.InMemoryBroker
import io.asynq4j.testing.VirtualTime
import io.asynq4j.time.Timekeeper
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.time.Instant
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.Duration as KotlinDuration

private val start = Instant.parse("2026-03-01T12:00:00Z")

/** Handlers that begin and end when the test says so, and what is told of their deadlines, with the second. */
private class Shift {
    val time: VirtualTime = VirtualTime.startingAt(start)
    val told = mutableListOf<String>()
    var timersSet = 0
    var whenTold: (Attempt) -> Unit = {}

    private val broker = InMemoryBroker.on(time)
    private val attempts = Attempts()
    private val slots = Slots(10) {}
    private val counting =
        object : Timekeeper by time {
            override fun after(delay: Duration, action: Runnable) = time.after(delay, action).also { timersSet++ }
        }
    val deadlines = Deadlines(attempts, slots::busy, ::overdue, counting)

    fun begin(id: String, deadline: Instant): Attempt {
        val message = TaskMessage.of("t", Payload.none(), Options.defaults().taskId(id))
        val attempt = Attempt(Lease(message, id, deadline), time.instant(), deadline, broker)
        attempts.add(attempt)
        slots.take()
        deadlines.watch(attempt)
        return attempt
    }

    fun begin(id: String, after: KotlinDuration) = begin(id, time.instant() + after.java)

    /** Its outcome is not written yet. */
    fun end(attempt: Attempt) {
        deadlines.forget(attempt)
        if (slots.release()) deadlines.rest()
    }

    fun advance(duration: KotlinDuration) = time.advance(duration.java)

    private fun overdue(attempt: Attempt) {
        told += "${attempt.taskId()} ${Duration.between(start, time.instant()).toSeconds()}"
        whenTold(attempt)
    }
}

class DeadlinesTest :
    FunSpec({
        test("an attempt is told of at its deadline, not before, and once, however long its handler goes on") {
            val shift = Shift()
            shift.begin("a", 10.seconds)
            shift.advance(10.seconds - 1.nanoseconds)
            shift.told.shouldBeEmpty()
            shift.advance(1.nanoseconds)
            shift.told shouldContainExactly listOf("a 10")

            shift.begin("b", 20.seconds)
            shift.advance(1.hours)
            shift.told shouldContainExactly listOf("a 10", "b 30")
            shift.time.pendingTimers() shouldBe 0
        }

        test("one timer serves all attempts, in whatever order they begin, and each is told of at its own deadline") {
            val shift = Shift()
            listOf("late" to 30, "early" to 10, "between" to 20, "twin" to 20).forEach { (id, seconds) ->
                shift.begin(id, seconds.seconds)
                shift.time.pendingTimers() shouldBe 1
            }
            shift.advance(10.seconds)
            shift.time.pendingTimers() shouldBe 1
            shift.advance(1.hours)
            shift.told shouldContainExactlyInAnyOrder listOf("early 10", "between 20", "twin 20", "late 30")
            shift.time.pendingTimers() shouldBe 0
        }

        test("attempts that come and go while others run cost no timer of their own") {
            val shift = Shift()
            var before = shift.begin("0", 30.minutes)
            (1..1_000).forEach {
                shift.advance(1.milliseconds)
                val next = shift.begin("$it", 30.minutes)
                shift.end(before)
                before = next
            }
            shift.timersSet shouldBe 1
            shift.advance(1.hours)
            shift.told shouldContainExactly listOf("1000 1801")
        }

        test("an attempt whose handler has ended is not told of, and one that still runs is") {
            val shift = Shift()
            val ended = shift.begin("ended", 10.seconds)
            shift.begin("running", 20.seconds)
            shift.end(ended)
            shift.advance(1.hours)
            shift.told shouldContainExactly listOf("running 20")
        }

        test("no timer is left once nothing runs, and the next attempt sets one, with a later deadline too") {
            val shift = Shift()
            shift.end(shift.begin("a", 1.hours))
            shift.time.pendingTimers() shouldBe 0

            shift.begin("b", 2.hours)
            shift.advance(3.hours)
            shift.told shouldContainExactly listOf("b 7200")
        }

        test("an attempt that begins just before the timer is taken away gets one again") {
            val shift = Shift()
            val last = shift.begin("last", 1.hours)
            shift.begin("next", 2.hours) // rests on the timer of the last one
            shift.deadlines.forget(last)
            shift.deadlines.rest()
            shift.advance(3.hours)
            shift.told shouldContainExactly listOf("next 7200")
        }

        test("an attempt that begins while another one is told of is not forgotten") {
            val shift = Shift()
            shift.whenTold = { if (it.taskId() == "a") shift.begin("b", 5.seconds) }
            shift.begin("a", 10.seconds)
            shift.advance(1.hours)
            shift.told shouldContainExactly listOf("a 10", "b 15")
        }

        test("handlers that end as soon as they are told of leave no timer behind") {
            val shift = Shift()
            shift.whenTold = shift::end
            listOf("a", "b").forEach { shift.begin(it, 10.seconds) }
            val other = shift.begin("other", 20.seconds)
            shift.advance(10.seconds)
            shift.told shouldContainExactlyInAnyOrder listOf("a 10", "b 10")
            shift.end(other)
            shift.time.pendingTimers() shouldBe 0
        }

        test("a deadline that has passed already is told of at once, and not by the thread that begins") {
            val shift = Shift()
            shift.begin("late", (-1).seconds)
            shift.told.shouldBeEmpty()
            shift.time.runDue()
            shift.told shouldContainExactly listOf("late 0")
        }

        test("a deadline further away than nanoseconds can count is waited for, and in nobody's way") {
            val shift = Shift()
            val far = start.plusSeconds(1_000_000_000_000)
            shift.begin("far", far)
            shift.begin("near", 10.seconds)
            shift.time.advanceTo(far)
            shift.told shouldContainExactly listOf("near 10", "far 1000000000000")
        }
    })
