package io.asynq4j.lettuce.campaign

import io.asynq4j.lettuce.LettuceBroker
import io.asynq4j.redis.campaign.Scale
import io.asynq4j.redis.driver.WakingRoom
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.delay
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** What clients send; everything else is called by scripts. */
private val SENT = listOf("evalsha", "eval", "client", "ping", "time", "info", "subscribe")

class WakeUpCampaignTest : FunSpec({
    val redis = RedisForTests.start()
    afterSpec { redis.close() }

    fun room(servers: Int, queues: Int) =
        WakingRoom(redis, { LettuceBroker.open(redis.uri()) }, servers, List(queues) { "queue-$it" })

    test("an idle fleet of 8 servers on 10 queues sends fewer than 20 commands a second in all") {
        room(servers = 8, queues = 10).use { room ->
            val seconds = Scale.of("idleSeconds", short = 30, full = 180)
            eventually(20.seconds) { room.tracked() shouldBe 8 }
            delay(2.seconds)
            room.forget()
            val cpu = room.cpuSeconds()
            delay(seconds.seconds)
            val percent = (room.cpuSeconds() - cpu) * 100 / seconds
            val rates = SENT.associateWith { room.sent(it).toDouble() / seconds }
            Scale.report(
                "idle fleet",
                "seconds" to seconds,
                "commands a second" to "%.1f".format(rates.values.sum()),
                "of them" to rates.filterValues { it > 0 }.mapValues { "%.1f".format(it.value) },
                "% of a core in Redis" to "%.2f".format(percent),
            )
            rates.values.sum() shouldBeLessThan 20.0
            percent shouldBeLessThan Scale.of("idleRedisPercent", short = 5, full = 1).toDouble()
        }
    }

    listOf(1, 50).forEach { queues ->
        test("an idle server on $queues queues starts a stranger's task at once, for as long as it takes") {
            room(servers = 1, queues = queues).use { room ->
                val tasks = Scale.of("wakeUps", short = 300, full = 5_000)
                eventually(20.seconds) { room.tracked() shouldBe 1 }
                repeat(tasks / 10) { room.pickUpNanos(room.queues[it % queues]) }
                val millis = List(tasks) {
                    delay(5.milliseconds)
                    room.pickUpNanos(room.queues[it % queues]) / 1e6
                }.sorted()
                val (median, late) = millis[tasks / 2] to millis[tasks * 99 / 100]
                Scale.report(
                    "pickup",
                    "queues" to queues,
                    "tasks" to tasks,
                    "p50 ms" to "%.2f".format(median),
                    "p99 ms" to "%.2f".format(late),
                )
                median shouldBeLessThan 50.0 // who looks once a second needs 500; how much less depends on the machine
            }
        }
    }
})
