package io.asynq4j.schedule

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.time.Instant
import java.time.ZoneId
import java.time.temporal.ChronoUnit
import kotlin.random.Random

class ScheduleTest :
    FunSpec({
        val noon = Instant.parse("2024-03-08T12:00:00.5Z")

        test("an interval counts from the time before, in whole seconds, one at least") {
            Schedule.every(Duration.ofMillis(2900)).next(noon, 2) shouldContainExactly
                listOf(Instant.parse("2024-03-08T12:00:02Z"), Instant.parse("2024-03-08T12:00:04Z"))
            Schedule.every(Duration.ofSeconds(-3)).spec() shouldBe "@every 1s"
            Schedule.every(Duration.ofMinutes(90)) shouldBe Schedule.of("@every 1h30m")
        }

        test("a schedule keeps its text, and its zone where the text names none") {
            Schedule.of("CRON_TZ=Asia/Tokyo @daily").spec() shouldBe "CRON_TZ=Asia/Tokyo @daily"
            Schedule.of("@daily", ZoneId.of("Asia/Tokyo")).next(noon).get() shouldBe
                Instant.parse("2024-03-08T15:00:00Z")
        }

        test("asking for more times than there are answers those that there are") {
            Schedule.of("0 0 29 2 *").next(Instant.parse("2095-01-01T00:00:00Z"), 3) shouldContainExactly
                listOf(Instant.parse("2096-02-29T00:00:00Z"))
        }

        test("what is refused is told with its text, its part and the rule") {
            shouldThrow<IllegalArgumentException> { Schedule.of("0 25 * * *") }.message shouldBe
                "no schedule: \"0 25 * * *\": hour '25' must be within 0 and 23"
            shouldThrow<IllegalArgumentException> { Schedule.of("* * * * FRY") }.message shouldBe
                "no schedule: \"* * * * FRY\": day of the week 'FRY' has 'FRY' in the place of a number or a name of three letters"
            shouldThrow<IllegalArgumentException> { Schedule.of("x".repeat(1001)) }.message shouldBe
                "no schedule: \"${"x".repeat(100)}…\": it has more than 1000 characters"
        }

        // robfig/cron v3.0.1 answers Sunday, 2024-03-10T01:00 here
        test("nothing is due on a wrong day when midnight is skipped") {
            val saturdays = Schedule.of("0 1 * * 6", ZoneId.of("America/Havana"))
            saturdays.next(Instant.parse("2024-03-09T07:00:00Z")).get() shouldBe Instant.parse("2024-03-16T05:00:00Z")
        }

        test("the times are those that looking at every minute finds, around changes of daylight saving too") {
            val random = Random(7)
            val zones =
                listOf("America/New_York", "Europe/Berlin", "America/Havana", "Asia/Kolkata", "Pacific/Apia", "UTC")
            repeat(400) {
                val spec = Specs.random(random)
                val zone = ZoneId.of(zones.random(random))
                val from = Instant.parse("2024-01-01T00:00:00Z").plus(random.nextLong(527_000), ChronoUnit.MINUTES)
                val schedule = Schedule.of(spec, zone)
                val found = generateSequence(schedule.next(from).orElse(null)) { schedule.next(it).orElse(null) }
                    .takeWhile { it <= from.plus(Duration.ofDays(3)) }
                    .toList()
                withClue("$spec in $zone from $from") { found shouldContainExactly Specs.minutes(spec, zone, from) }
            }
        }
    })

/** Cron texts of single numbers and stars, and their meaning in the simplest terms. */
private object Specs {
    fun random(random: Random) = listOf(0 to 60, 0 to 24, 1 to 29, 1 to 13, 0 to 7).mapIndexed { field, (from, until) ->
        val starred = if (field < 2) 2 else 4
        if (random.nextInt(5) < starred) "*" else random.nextInt(from, until).toString()
    }.joinToString(" ")

    fun minutes(spec: String, zone: ZoneId, from: Instant): List<Instant> {
        val (minute, hour, day, month, weekday) = spec.split(" ")
        return (1L..3 * 24 * 60).map { from.plus(it, ChronoUnit.MINUTES) }.filter {
            val local = it.atZone(zone)
            val days = listOf(day to local.dayOfMonth, weekday to local.dayOfWeek.value % 7)
            val restricted = days.filter { (field, _) -> field != "*" }
            minute.lets(local.minute) && hour.lets(local.hour) && month.lets(local.monthValue) &&
                (restricted.isEmpty() || restricted.any { (field, now) -> field.lets(now) })
        }
    }

    private fun String.lets(number: Int) = this == "*" || toInt() == number
}
