package io.asynq4j.schedule

import io.asynq4j.spi.Broker
import io.asynq4j.spi.Fired
import io.asynq4j.spi.Firing
import io.asynq4j.task.Task
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import java.time.Instant
import java.time.temporal.ChronoUnit
import java.util.Optional
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.hours

/** A schedule of the program's own. */
internal class Own(private val text: String = "own", private val answer: (Instant) -> Instant) : Schedule {
    override fun next(after: Instant): Optional<Instant> = Optional.of(answer(after))

    override fun spec() = text
}

/** At nine and half a second. */
private fun atNine(after: Instant): Instant =
    (0L..1L).map { after.truncatedTo(ChronoUnit.DAYS).plus(it, ChronoUnit.DAYS).plusMillis(32_400_500) }
        .first { it > after }

/** Counts firings, and lets time pass where they do not end. */
private class Counting(private val room: SchedulerRoom) : Broker by room.broker {
    var fires = 0

    override fun fire(firings: List<Firing>): List<Fired> {
        if (++fires > 100) {
            room.advance(1.hours)
        }
        return room.broker.fire(firings)
    }
}

private fun own(answer: (Instant) -> Instant) = PeriodicTask.of(Own(answer = answer), Task.of("own"))

class WholeSecondsTest :
    FunSpec({
        test("a schedule with fractions of a second is due at the whole second after that, once each time") {
            SchedulerRoom().use { room ->
                val counting = Counting(room)
                room.scheduler(own(::atNine), on = counting)
                room.advance(2.days)
                room.times("own") shouldBe listOf("09:00:01", "09:00:01")
                counting.fires shouldBe 2
            }
        }

        test("a schedule with a beginning and an end is held to whole seconds too") {
            SchedulerRoom().use { room ->
                val counting = Counting(room)
                val entry = own(::atNine).startingAt(Instant.parse("2026-03-02T00:00:00Z"))
                    .endingAt(Instant.parse("2026-03-03T00:00:00Z"))
                room.scheduler(entry, on = counting)
                room.advance(4.days)
                room.times("own") shouldBe listOf("09:00:01")
                counting.fires shouldBe 1
            }
        }

        test("an entry whose schedule does not go on is due no more, and the others are") {
            SchedulerRoom().use { room ->
                val counting = Counting(room)
                room.scheduler(own { it }, tick("@hourly"), on = counting)
                room.advance(3.hours)
                room.times("own").shouldBeEmpty()
                room.times("tick") shouldBe listOf("01:00:00", "02:00:00", "03:00:00")
                counting.fires shouldBe 3
            }
        }
    })
