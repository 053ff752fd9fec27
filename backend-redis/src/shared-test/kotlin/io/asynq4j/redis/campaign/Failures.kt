package io.asynq4j.redis.campaign

import io.asynq4j.redis.RedisBroker
import io.asynq4j.redis.RespConnection
import io.asynq4j.redis.driver.PortDriver
import io.asynq4j.redis.keys.Keys
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

private const val QUEUE = "campaign"
private val KEPT = Duration.ofMinutes(30)

/** So many tasks, at the least, tell something. */
private const val ENOUGH = 200

private fun pause(millis: Long) {
    CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS)
}

private const val STATES = """
    local states = {}
    for _, key in ipairs(redis.call('KEYS', ARGV[1])) do
      states[#states + 1] = key
      states[#states + 1] = redis.call('HGET', key, 'state')
    end
    return states
"""

/** The state of each task of [queue] that a replica holds, at one moment: its primary is gone. */
private fun RedisForTests.states(queue: String): Map<String, String> {
    val found = ask("EVAL", STATES, "0", Keys.task(queue, "*")) as List<*>
    return found.chunked(2).associate { (key, state) -> "$key".substringAfter(":t:") to "$state" }
}

/** The same of a replica in a cluster, where no script may do that. */
private fun RedisForTests.statesInCluster(queue: String) = RespConnection(host(), port()).use { replica ->
    fun words(vararg words: String) = words.map { it.encodeToByteArray() }
    replica("READONLY")
    val keys = replica("KEYS", Keys.task(queue, "*")).items().map { it.text() }
    val states = replica.send(keys.map { words("HGET", it, "state") }).map { it.text() }
    keys.map { it.substringAfter(":t:") }.zip(states).toMap()
}

/** A run of one campaign with one driver. */
private class Run(
    private val name: String,
    private val driver: String,
    private val traffic: Traffic,
) {
    private val begun = System.nanoTime()
    private val recoveries = mutableListOf<Long>()
    private val redisLost = mutableSetOf<String>()
    private val undone = mutableSetOf<String>()

    /** Waits until as many tasks were accepted as a verdict needs: a busy machine may not let a second's worth through in one. */
    suspend fun isUnderWay() = eventually(30.seconds) { traffic.accepted.size shouldBeGreaterThan ENOUGH }

    /** Waits until new tasks are run again, now that Redis is well. */
    suspend fun recovers(wellSince: Long = System.nanoTime()) {
        var took: Long? = null
        eventually(30.seconds) { took = traffic.recoveryMillis(wellSince).shouldNotBeNull() }
        recoveries += took!!
    }

    /** A primary has gone, and this is what the replica that will take its place has received. */
    fun held(queue: String, states: Map<String, String>, goneAtNanos: Long) {
        traffic.accepted.filterValues { (its, at) -> its == queue && at < goneAtNanos }.keys
            .filterNot { it in states }.let { redisLost += it }
        traffic.accepted.filterValues { (its, _) -> its == queue }.keys
            .filter { states[it] != "completed" }.let { undone += it }
    }

    suspend fun ends(more: List<Pair<String, Any>> = listOf()) {
        traffic.stopProducing()
        eventually(1.minutes) { withClue("not run") { (traffic.lost - redisLost).take(10).shouldBeEmpty() } }
        val seconds = (System.nanoTime() - begun) / 1_000_000_000
        Scale.report(
            "$name, $driver",
            "accepted" to traffic.accepted.size,
            "not accepted, or not told so" to traffic.refused.get(),
            "ran" to traffic.runs.size,
            "lost" to (traffic.lost - redisLost).size,
            "lost by Redis" to (traffic.lost intersect redisLost).size,
            "repeated" to traffic.repeated.size,
            "ms to recover" to recoveries,
            "seconds" to seconds,
            *more.toTypedArray(),
        )
        withClue("repeated although it was done") { (traffic.repeated - undone).take(10).shouldBeEmpty() }
        recoveries.max() shouldBeLessThan 5_000
        traffic.accepted.size shouldBeGreaterThan ENOUGH
    }
}

/** Failures under load, each with a verdict on every task: what all drivers have to live through. */
internal fun FunSpec.failureCampaigns(name: String, driver: PortDriver) {
    timeout = LONGEST_MILLIS
    invocationTimeout = LONGEST_MILLIS
    val rate = Scale.of("failureRate", short = 200, full = 1_000)
    val times = Scale.of("failovers", short = 1, full = 5)
    val minute = Scale.of("minuteSeconds", short = 4, full = 60)
    val stall = Scale.of("stallMillis", short = 2_000, full = 5_000).toLong()

    fun traffic(uri: String, queues: List<String> = listOf(QUEUE), kept: Duration = Duration.ZERO) =
        Traffic({ RedisBroker.over(driver.open(uri, Duration.ofSeconds(2))) }, queues, rate, kept)

    test(
        "a primary that is killed and replaced by its sentinels costs what its replica had not received, and no more",
    ) {
        RedisForTests.sentinel().use { redis ->
            traffic(redis.uri(), kept = KEPT).use { traffic ->
                val run = Run("killed primary behind sentinels", name, traffic)
                repeat(times) {
                    pause(1_500)
                    run.isUnderWay()
                    val old = redis.primary()
                    val replica = redis.replica()
                    val gone = System.nanoTime()
                    old.stop()
                    run.held(QUEUE, replica.states(QUEUE), gone)
                    redis.awaitFailover(old)
                    run.recovers()
                    old.restart()
                    redis.awaitHealthy()
                }
                run.ends()
            }
        }
    }

    test("a primary of a cluster that is killed costs what its replica had not received, and nothing of other queues") {
        RedisForTests.cluster(1).use { cluster ->
            val other = (1..100).map { "other-$it" }.first {
                cluster.primaryOf(Keys.pending(it)) != cluster.primaryOf(Keys.pending(QUEUE))
            }
            traffic(cluster.uri(), listOf(QUEUE, other), KEPT).use { traffic ->
                val run = Run("killed primary of a cluster", name, traffic)
                var meanwhile = 0
                repeat(times) {
                    pause(1_500)
                    run.isUnderWay()
                    val old = cluster.primaryOf(Keys.pending(QUEUE))
                    val replica = cluster.replicasOf(old).first()
                    val gone = System.nanoTime()
                    old.stop()
                    run.held(QUEUE, replica.statesInCluster(QUEUE), gone)
                    eventually(20.seconds) { cluster.primaryOf(Keys.pending(QUEUE)) shouldBe replica }
                    cluster.awaitHealthy()
                    meanwhile += traffic.ran(other, gone)
                    run.recovers()
                    old.restart()
                    cluster.awaitHealthy()
                }
                meanwhile shouldBeGreaterThan 0
                run.ends(listOf("of the other queue meanwhile" to meanwhile))
            }
        }
    }

    test("a queue whose slot moves through a cluster loses nothing and repeats nothing") {
        RedisForTests.cluster(0).use { cluster ->
            traffic(cluster.uri(), listOf(QUEUE, "another")).use { traffic ->
                val run = Run("moving slot", name, traffic)
                val slot = cluster.slotOf(Keys.pending(QUEUE))
                var keys = 0
                repeat(2 * times) {
                    pause(700)
                    run.isUnderWay()
                    val move = cluster.move(slot, cluster.nodes().first { it != cluster.primaryOf(slot) })
                    pause(200) // new keys are asked for at the new server
                    keys += move.moveKeys()
                    pause(200)
                    move.finish()
                    run.recovers()
                }
                run.ends(listOf("keys moved" to keys))
            }
        }
    }

    test("scripts flushed and every connection killed once a second cost nothing") {
        RedisForTests.start().use { redis ->
            traffic(redis.uri()).use { traffic ->
                val run = Run("scripts flushed, connections killed", name, traffic)
                repeat(minute) {
                    pause(1_000)
                    run.isUnderWay()
                    redis.ask("SCRIPT", "FLUSH")
                    listOf("normal", "pubsub").forEach { redis.ask("CLIENT", "KILL", "TYPE", it) }
                }
                run.recovers()
                run.ends()
            }
        }
    }

    listOf("that stalls" to Proxy.Mood.STALLED, "that drops the replies" to Proxy.Mood.DEAF).forEach { (what, mood) ->
        test("a network $what for ${stall / 1_000} s loses nothing and repeats nothing") {
            RedisForTests.start().use { redis ->
                Proxy(redis.port()).use { proxy ->
                    traffic(proxy.uri).use { traffic ->
                        val run = Run("network $what", name, traffic)
                        repeat(times) {
                            pause(1_000)
                            run.isUnderWay()
                            proxy.be(mood)
                            pause(stall)
                            proxy.be(Proxy.Mood.FAITHFUL)
                            run.recovers()
                        }
                        run.ends()
                    }
                }
            }
        }
    }

    test("a primary that has become a replica is left for the new one, though its connections hold") {
        val servers = listOf(RedisForTests.start(), RedisForTests.start())
        Proxy(servers[0].port()).use { proxy ->
            servers[1].follows(servers[0])
            traffic(proxy.uri).use { traffic ->
                val run = Run("read-only replica", name, traffic)
                repeat(times) { time ->
                    pause(1_000)
                    run.isUnderWay()
                    val (old, new) = if (time % 2 == 0) servers else servers.reversed()
                    old.ask("CLIENT", "PAUSE", "2000", "WRITE")
                    eventually(5.seconds) { new.offset() shouldBe old.offset() }
                    proxy.leadTo(new.port())
                    new.ask("REPLICAOF", "NO", "ONE")
                    old.follows(new)
                    old.ask("CLIENT", "UNPAUSE")
                    run.recovers()
                }
                run.ends()
            }
        }
        servers.forEach { it.close() }
    }
}

private suspend fun RedisForTests.follows(primary: RedisForTests) {
    ask("REPLICAOF", primary.host(), primary.port().toString())
    eventually(10.seconds) { ask("INFO", "replication").toString().contains("master_link_status:up") shouldBe true }
}

private fun RedisForTests.offset(): String = Regex(
    "(?:slave_repl_offset|master_repl_offset):(\\d+)",
).find(ask("INFO", "replication").toString())!!.groupValues[1]
