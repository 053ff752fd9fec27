package io.asynq4j.schedule

import io.asynq4j.task.Task
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.time.Duration
import java.time.ZoneId
import java.util.Optional
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.seconds

private val BERLIN = ZoneId.of("Europe/Berlin")
private val TOKYO = ZoneId.of("Asia/Tokyo")

private fun atNine(zone: ZoneId, type: String = "tick") = PeriodicTask.of(Schedule.of("0 9 * * *", zone), Task.of(type))

class PeriodicTaskTest :
    FunSpec({
        test("a schedule brings its zone along, unless its text names one") {
            atNine(BERLIN) shouldBe PeriodicTask.of("0 9 * * *", Task.of("tick")).inZone(BERLIN)
            PeriodicTask.of(Schedule.of("TZ=Asia/Tokyo 0 9 * * *", BERLIN), Task.of("tick")).zone() shouldBe
                Optional.empty()
            PeriodicTask.of(Schedule.every(Duration.ofHours(1)), Task.of("tick")).zone() shouldBe Optional.empty()
        }

        test("a schedule with a zone is stored with it") {
            SchedulerRoom().use { room ->
                val stored = StoredPeriodicTasks.of(room.broker)
                stored.put(atNine(BERLIN).named("nine"))
                room.scheduler(stored.periodicTasks().single())
                room.advance(1.days)
                room.times("tick") shouldBe listOf("08:00:00")
            }
        }

        test("a schedule of which only the text would be stored is refused, and intervals are not") {
            SchedulerRoom().use { room ->
                val stored = StoredPeriodicTasks.of(room.broker)
                val own = PeriodicTask.of(Own("0 9 * * *") { it.plusSeconds(1) }, Task.of("tick")).named("own")
                shouldThrow<IllegalArgumentException> { stored.put(own) }.message shouldContain "0 9 * * *"
                stored.put(PeriodicTask.of(Schedule.every(Duration.ofSeconds(50)), Task.of("tick")).named("interval"))
                room.scheduler(stored.periodicTasks().single())
                room.advance(50.seconds)
                room.times("tick") shouldBe listOf("00:00:50")
            }
        }

        test("a schedule is put into another zone, and one of the program's own is not") {
            SchedulerRoom().use { room ->
                room.scheduler(atNine(TOKYO).inZone(BERLIN))
                room.advance(1.days)
                room.times("tick") shouldBe listOf("08:00:00")
                val own = PeriodicTask.of(Own { it.plusSeconds(1) }, Task.of("tick"))
                shouldThrow<IllegalArgumentException> { own.inZone(BERLIN) }.message shouldContain "Europe/Berlin"
            }
        }

        test("the same text in two zones makes two entries") {
            SchedulerRoom().use { room ->
                room.scheduler(atNine(BERLIN), atNine(TOKYO)).entries() shouldHaveSize 2
                room.advance(1.days)
                room.times("tick") shouldBe listOf("08:00:00", "00:00:00")
            }
        }
    })
