package io.asynq4j.schedule

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import tools.jackson.databind.JsonNode
import tools.jackson.databind.json.JsonMapper
import java.time.Instant
import java.time.ZoneId

/** What robfig/cron answers to the schedules of cron.json, which were recorded with version 3.0.1. */
class ScheduleVectorsTest :
    FunSpec({
        val vectors = vectors()

        context("a valid schedule is due when the Go library says") {
            vectors["valid"].toList() shouldHaveSize 185
            vectors["valid"].forEachIndexed { n, row ->
                val zone = row["location"].asString()
                test("$n: ${row["spec"].asString()} in $zone from ${row["start"].asString()}") {
                    val schedule = Schedule.of(row["spec"].asString(), zoneOf(zone))
                    var time = row.instant("start_unix").plusNanos(row["start_nanos"]?.asLong() ?: 0)
                    row["next_unix"].forEach { expected ->
                        time = schedule.next(time).orElse(null).shouldNotBeNull()
                        time shouldBe Instant.ofEpochSecond(expected.asLong())
                    }
                    if (row["then"]?.asString() == "never") {
                        schedule.next(time).isEmpty shouldBe true
                    }
                }
            }
        }

        context("what is no schedule is refused") {
            vectors["invalid"].toList() shouldHaveSize 70
            vectors["invalid"].forEachIndexed { n, row ->
                val spec = row["spec"].asString()
                test("$n: '$spec'") {
                    val refused = shouldThrow<IllegalArgumentException> { Schedule.of(spec) }
                    refused.message shouldContain "\"$spec\": "
                }
            }
        }

        context("where the Go library's search never ends, ours goes on behind the gap") {
            vectors["hangs"]["cases"].forEach { row ->
                test(row["spec"].asString()) {
                    val zone = zoneOf(row["location"].asString())
                    val start = row.instant("start_unix")
                    val behind = Instant.parse("2011-12-31T00:00:00Z")
                    val found = Schedule.of(row["spec"].asString(), zone).next(start, 4)
                    withClue(found) { (found.last() > behind) shouldBe true }
                }
            }
        }
    })

private fun vectors(): JsonNode =
    ScheduleVectorsTest::class.java.getResourceAsStream("cron.json").use { JsonMapper().readTree(it) }

private fun JsonNode.instant(field: String): Instant = Instant.ofEpochSecond(get(field).asLong())

private fun zoneOf(name: String): ZoneId = ZoneId.of(name)
