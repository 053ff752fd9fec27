package io.asynq4j.lettuce.campaign

import io.asynq4j.interop.GoPeer
import io.asynq4j.interop.text
import io.asynq4j.redis.campaign.LONGEST_MILLIS
import io.asynq4j.redis.campaign.Scale
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.core.test.Enabled
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.delay
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** How soon an idle server starts what Go's client enqueues. Skipped, with a message, where there is no Go. */
class GoPickUpCampaignTest : FunSpec({
    timeout = LONGEST_MILLIS
    val peer = GoPeer.build(tempdir().toPath())
    if (peer is GoPeer.Missing) println("GoPickUpCampaignTest is skipped: ${peer.reason}")
    val whereGoIs = { _: Any ->
        if (peer is GoPeer.Missing) Enabled.disabled(peer.reason) else Enabled.enabled
    }

    suspend fun GoRoom.measure(what: String) {
        val tasks = Scale.of("wakeUps", short = 100, full = 5_000)
        pickUps(maxOf(queues.size, tasks / 4), gapMillis = 2)
        shouldBeArmed()
        val millis = pickUps(tasks, gapMillis = 10)
        val percent = Scale.of("latePercent", short = 90, full = 99) // of few, 99 % are all but the worst
        val late = millis[tasks * percent / 100]
        Scale.report(
            "pickup from Go",
            "on" to what,
            "tasks" to tasks,
            "p50 ms" to "%.2f".format(millis[tasks / 2]),
            "p$percent ms" to "%.2f".format(late),
        )
        millis[tasks / 2] shouldBeLessThan 50.0 // who looks once a second needs 500
        late shouldBeLessThan Scale.of("lateMillis", short = 500, full = 5).toDouble()
    }

    suspend fun GoRoom.measureBeforeAndAfterTheirConnectionsAreKilled(what: String) = use {
        shouldBeArmed()
        measure(what)
        killConnections()
        delay(Scale.of("laterSeconds", short = 1, full = 60).seconds)
        shouldBeArmed()
        fetchesAtRest()
        delay(4.seconds)
        // who polls looks more than twice
        withClue("looks in vain") { fetches().forEach { it shouldBeLessThanOrEqual 1 } }
        measure("$what, after its connections were killed")
    }

    listOf(1, 50).forEach { count ->
        test(
            "on $count queues at once, and again when all connections were killed",
        ).config(enabledOrReasonIf = whereGoIs) {
            RedisForTests.start().use { redis ->
                GoRoom(peer as GoPeer.Built, listOf(redis), redis.uri(), List(count) { "queue-$it" })
                    .measureBeforeAndAfterTheirConnectionsAreKilled("$count queues")
            }
        }
    }

    test("on a cluster at once, and again when all connections were killed").config(enabledOrReasonIf = whereGoIs) {
        RedisForTests.cluster(0).use { cluster ->
            GoRoom(peer as GoPeer.Built, cluster.nodes(), cluster.uri(), List(9) { "queue-$it" })
                .measureBeforeAndAfterTheirConnectionsAreKilled("9 queues of a cluster")
        }
    }

    listOf(false, true).forEach { goToo ->
        val others = if (goToo) " and one of Go" else ""
        test("of 8 idle servers$others one runs the only task, and each of ours asks for it at most once")
            .config(enabledOrReasonIf = whereGoIs) {
                RedisForTests.start().use { redis ->
                    val go = peer as GoPeer.Built
                    GoRoom(go, listOf(redis), redis.uri(), listOf("default"), servers = 8).use { room ->
                        val worker = if (goToo) go.start("work", room.address, "default", "10") else null
                        worker.use {
                            worker?.apply { next().asString() shouldBe "working" }
                            room.shouldBeArmed()
                            room.fetchesAtRest() // a connection that may be told need not have looked yet
                            val rounds = Scale.of("onlyTasks", short = 5, full = 50)
                            val fetches = IntArray(8)
                            repeat(rounds) { round ->
                                room.micros.clear()
                                go.start("wake", room.address, "1", "0", "default").use { it.end() }
                                var byGo = 0
                                eventually(10.seconds) {
                                    byGo += worker?.said()?.count { it.text("type") == "wake" } ?: 0
                                    byGo + room.micros.size shouldBe 1
                                }
                                room.fetchesAtRest().forEachIndexed { server, more -> fetches[server] += more }
                                byGo += worker?.said()?.size ?: 0
                                withClue("round $round") { byGo + room.micros.size shouldBe 1 }
                            }
                            // in all: one that was kept from looking may do so in the next round, and one be told anew
                            fetches.forEach { it shouldBeLessThanOrEqual rounds + 1 }
                            worker?.end()
                        }
                    }
                }
            }
    }
})
