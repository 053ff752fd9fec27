package io.asynq4j.schedule

import io.asynq4j.spi.Broker
import io.asynq4j.spi.Fired
import io.asynq4j.spi.Firing
import io.asynq4j.spi.SchedulerInfo
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.time.Instant
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

/** Takes its time over firings. */
private class Slow(
    private val room: SchedulerRoom,
    private val by: kotlin.time.Duration,
    private val firing: () -> Unit = {},
) : Broker by room.broker {
    val asked = mutableListOf<Instant>()

    override fun fire(firings: List<Firing>): List<Fired> {
        firing()
        room.advance(by)
        return room.broker.fire(firings)
    }

    override fun lead(scope: String, scheduler: SchedulerInfo, lease: Duration): Boolean {
        asked += room.time.instant()
        return room.broker.lead(scope, scheduler, lease)
    }
}

private fun behind(every: String, type: String = "behind") =
    tick("@every $every", type).onMissed(Missed.within(Duration.ofHours(1)))

class RoundsTest :
    FunSpec({
        test("while an entry makes up for much, others are on time, and the scheduler is seen and leads") {
            SchedulerRoom().use { room ->
                val entries = arrayOf(behind("1s"), tick("0 * * * *", "hourly"))
                room.scheduler(*entries).close()
                room.advance(59.minutes + 55.seconds)
                val unseen = mutableListOf<Instant>()
                val slow = Slow(room, 20.milliseconds) {
                    if (room.broker.schedulerEntries().isEmpty()) {
                        unseen += room.time.instant()
                    }
                }
                room.scheduler(*entries, on = slow) { leaderLease("all", Duration.ofSeconds(9)) }
                room.advance(2.minutes)
                room.times("hourly") shouldBe listOf("01:00:00")
                room.times("behind").size shouldBeGreaterThan 3_600
                unseen.filter { it > Instant.parse("2026-03-01T00:59:57Z") }.shouldBeEmpty()
                slow.asked.zipWithNext(Duration::between).max() shouldBeLessThan Duration.ofSeconds(9)
            }
        }

        test("many entries that make up for much hold up nobody") {
            SchedulerRoom().use { room ->
                val entries = Array(250) { behind("10s", "behind $it") } + tick("10 * * * *", "on time")
                room.scheduler(*entries).close()
                room.advance(9.minutes + 58.seconds)
                room.scheduler(*entries, on = Slow(room, 500.milliseconds))
                room.advance(2.minutes)
                room.times("on time").size shouldBe 1
            }
        }

        test("a scheduler that is closed while an entry makes up for much does not go on to its end") {
            SchedulerRoom().use { room ->
                room.scheduler(behind("1s")).close()
                room.advance(30.minutes)
                var fires = 0
                lateinit var scheduler: Scheduler
                val slow = Slow(room, 20.milliseconds) {
                    if (++fires == 20) {
                        scheduler.close()
                    }
                }
                scheduler = room.scheduler(on = slow)
                scheduler.register(behind("1s"))
                room.advance(1.minutes)
                fires shouldBeLessThan 80
                room.time.pendingTimers() shouldBe 0
            }
        }
    })
