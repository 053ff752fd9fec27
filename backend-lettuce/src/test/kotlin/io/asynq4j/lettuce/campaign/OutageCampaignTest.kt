package io.asynq4j.lettuce.campaign

import io.asynq4j.redis.campaign.Proxy
import io.asynq4j.redis.campaign.Scale
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.lettuce.core.KillArgs
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit

private fun pause(millis: Long) {
    CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS)
}

/** What a process has computed in some time. */
private class Effort(val millis: Long, val percent: Int) {
    companion object {
        fun of(process: Child, action: () -> Unit): Effort {
            val begun = System.nanoTime()
            val cpu = process.cpu()
            action()
            val millis = (System.nanoTime() - begun) / 1_000_000
            return Effort(millis, ((process.cpu() - cpu).toMillis() * 100 / millis).toInt())
        }
    }
}

/**
 * A worker and a producer that have been at it for a while, until [trouble] comes, which tells what the worker computed meanwhile;
 * and what came of it.
 */
private suspend fun atWork(
    field: Field,
    campaign: String,
    logLines: Int,
    quietCpu: Boolean = false,
    trouble: (Child) -> Effort,
) {
    val producer = field.producer()
    val worker = field.worker()
    worker.await("READY")
    val loadFrom = System.nanoTime()
    pause(2_000)
    val before = Effort.of(worker) { pause(Scale.of("quietMillis", short = 500, full = 10_000).toLong()) }
    val said = worker.log().size
    val meanwhile = trouble(worker)
    pause(3_000)
    producer.closeInOrder()
    val seconds = (System.nanoTime() - loadFrom) / 1e9
    field.awaitEmpty()
    worker.closeInOrder()

    val lines = worker.log().drop(said).filterNot { "TaskServer - clos" in it }
    val verdict = field.verdict()
    Scale.report(
        campaign,
        "accepted" to verdict.accepted.size,
        "accepted a second" to (verdict.accepted.size / seconds).toInt(),
        "done a second at best" to verdict.doneInBestSecond(),
        "ran" to verdict.ran,
        "repeated" to verdict.repeated.size,
        "lost" to verdict.lost.size,
        "log lines" to lines.size,
        "ms of trouble" to meanwhile.millis,
        "% of a core before it" to before.percent,
        "% meanwhile" to meanwhile.percent,
    )
    withClue("lost") { verdict.lost.shouldBeEmpty() }
    withClue("repeats") { verdict.inexcusable(emptyMap()).shouldBeEmpty() }
    withClue(lines.joinToString("\n")) { lines.size shouldBeLessThanOrEqual logLines }
    if (quietCpu) {
        meanwhile.percent shouldBeLessThan Scale.of("cpuPercent", short = 20, full = 5)
    }
    verdict.accepted.size shouldBeGreaterThan 1_000
}

class OutageCampaignTest : FunSpec({
    val away = Scale.of("awaySeconds", short = 2, full = 20)
    val minute = Scale.of("minuteSeconds", short = 5, full = 60)
    val rate = Scale.of("rate", short = 1_000, full = 2_000)
    val orders = Orders(
        mapOf(
            "rate" to "$rate",
            "commandTimeout" to "${Scale.of("commandTimeoutMillis", short = 1_000, full = 5_000)}",
            "lease" to "${Scale.of("leaseMillis", short = 6_000, full = 30_000)}",
            "allowance" to "${Scale.of("allowanceMillis", short = 1_000, full = 30_000)}",
        ) + Work.orders(),
    )

    test("while Redis stands still, a worker says so twice, computes next to nothing, and repeats nothing") {
        RedisForTests.start().use { redis ->
            Field(redis.uri(), orders).use { field ->
                atWork(field, "freeze", logLines = 2, quietCpu = true) { worker ->
                    redis.freeze().use { Effort.of(worker) { pause(away * 1_000L) } }
                }
            }
        }
    }

    test("when Redis is stopped and started again, nothing that it had confirmed is lost or repeated") {
        RedisForTests.start("--appendonly", "yes", "--appendfsync", "always").use { redis ->
            Field(redis.uri(), orders).use { field ->
                atWork(field, "restart", logLines = 2, quietCpu = true) { worker ->
                    redis.stop()
                    Effort.of(worker) { pause(away * 1_000L) }.also { redis.restart() }
                }
            }
        }
    }

    test("scripts flushed and connections killed once a second cost a handful of log lines and no task") {
        RedisForTests.start().use { redis ->
            Field(redis.uri(), orders).use { field ->
                val redisOfOurs = field.census.commands()
                atWork(field, "scripts and connections", logLines = 6) { worker ->
                    Effort.of(worker) {
                        repeat(minute) {
                            pause(1_000)
                            redisOfOurs.scriptFlush()
                            redisOfOurs.clientKill(KillArgs.Builder.typeNormal().skipme(true))
                        }
                    }
                }
            }
        }
    }

    test("a network that swallows replies, stalls and breaks costs no task, and repeats none") {
        RedisForTests.start().use { redis ->
            Proxy(redis.port()).use { proxy ->
                Field(proxy.uri, orders, census = redis.uri()).use { field ->
                    atWork(field, "network", logLines = 6) { worker ->
                        Effort.of(worker) {
                            for (mood in listOf(Proxy.Mood.DEAF, Proxy.Mood.STALLED)) {
                                proxy.be(mood)
                                pause(away * 1_000L)
                                proxy.be(Proxy.Mood.FAITHFUL)
                                pause(3_000)
                            }
                            proxy.cut()
                        }
                    }
                }
            }
        }
    }
})
