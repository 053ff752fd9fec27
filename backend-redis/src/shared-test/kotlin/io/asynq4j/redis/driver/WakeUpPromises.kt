package io.asynq4j.redis.driver

import io.asynq4j.redis.RedisBroker
import io.asynq4j.redis.atRest
import io.asynq4j.redis.keys.Keys
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.delay
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

private const val WARM_UP = 50
private const val TASKS = 200
private const val ROUNDS = 10
private const val SAMPLES = 5

/** So many tasks of all may come at a moment in which the machine does something else. */
private const val FEW = 5

/** How soon an idle server on any driver starts what a stranger enqueues. */
internal fun FunSpec.wakeUpPromises(driver: PortDriver) {
    val redis = RedisForTests.start()
    afterSpec { redis.close() }

    fun room(servers: Int = 1, queues: List<String> = listOf("default"), concurrency: Int = 10) =
        WakingRoom(redis, { RedisBroker.over(driver.open(redis.uri())) }, servers, queues, concurrency)

    suspend fun WakingRoom.shouldBeArmed(servers: Int = 1) = eventually(10.seconds) { tracked() shouldBe servers }

    listOf(1, 50).forEach { count ->
        test(
            "an idle server with $count queues starts a stranger's task at once, and again when its connections were killed",
        ) {
            room(queues = List(count) { "queue-$it" }).use { room ->
                room.shouldBeArmed()
                room.measure("$count queues")

                room.redis("CLIENT", "KILL", "TYPE", "normal")
                room.redis("CLIENT", "KILL", "TYPE", "pubsub")
                eventually(10.seconds) { room.pickUpNanos(room.queues.first()) }
                room.shouldBeArmed()
                room.measure("$count queues, after its connections were killed")
            }
        }
    }

    test("of 8 idle servers one runs the only task, and each fetches at most once") {
        room(servers = 8).use { room ->
            room.shouldBeArmed(8)
            atRest { room.sent("lrange") } // a connection that may be told need not have looked yet
            room.forget()
            repeat(ROUNDS) { round ->
                val id = room.enqueue("default")
                room.runs.poll(10, TimeUnit.SECONDS)?.id shouldBe id
                atRest { room.sent("lrange") }
                withClue("round $round") { room.runs.shouldBeEmpty() }
            }
            // one in each fetch, two where it is got; in all rounds, as one that was kept from looking may do so in the next one
            room.sent("lrange") shouldBeLessThanOrEqual 9 * ROUNDS + 8
        }
    }

    test("a queue that is paused is left alone, and taken up at once when it goes on") {
        room().use { room ->
            room.shouldBeArmed()
            val millis = List(SAMPLES) {
                room.redis("SET", Keys.paused("default"), 1)
                val id = room.enqueue("default")
                delay(300.milliseconds)
                room.runs.shouldBeEmpty()
                val before = System.nanoTime()
                room.redis("DEL", Keys.paused("default"))
                val run = checkNotNull(room.runs.poll(10, TimeUnit.SECONDS))
                run.id shouldBe id
                (run.nanos - before) / 1e6
            }
            println("from the end of a pause to the start of a task: $millis ms")
            millis.shouldBeAtOnce()
        }
    }

    test("a stranger's scheduled task is started when it is due, also one that comes before what was known") {
        room().use { room ->
            room.shouldBeArmed()
            val now = System.currentTimeMillis() / 1_000
            room.schedule("default", now + 3_600)
            delay(1_100.milliseconds)
            val lateness = List(SAMPLES) {
                val due = System.currentTimeMillis() / 1_000 + 2
                val id = room.schedule("default", due)
                val run = checkNotNull(room.runs.poll(10, TimeUnit.SECONDS))
                val wall = System.currentTimeMillis() - (System.nanoTime() - run.nanos) / 1_000_000
                run.id shouldBe id
                (wall - due * 1_000).toDouble()
            }
            println("lateness of a scheduled task: $lateness ms")
            lateness.shouldBeAtOnce()
        }
    }

    test("where Redis does not let a server watch, it looks at its interval, and asks again after a while") {
        redis.ask("ACL", "SETUSER", "blind", "on", ">blind", "~*", "&*", "+@all", "-client")
        val uri = redis.uri().replace("://", "://blind:blind@")
        WakingRoom(redis, { RedisBroker.over(driver.open(uri)) }).use { room ->
            repeat(3) { room.pickUpNanos("default") / 1e6 shouldBeLessThan 10_000.0 }
            room.tracked() shouldBe 0

            redis.ask("ACL", "SETUSER", "blind", "+client")
            eventually(30.seconds) { room.tracked() shouldBe 1 }
            room.measure("1 queue, after it was allowed")
        }
    }

    test("when everything is deleted, servers look, and are told of what comes then") {
        room().use { room ->
            room.shouldBeArmed()
            val millis = List(SAMPLES) {
                room.redis("FLUSHALL")
                delay(50.milliseconds)
                room.pickUpNanos("default") / 1e6
            }
            println("pickup after everything was deleted: $millis ms")
            millis.shouldBeAtOnce()
        }
    }
}

/** Two of the samples were: who looks once a second seldom does that, and a machine that stops for a moment does not keep both. */
private fun List<Double>.shouldBeAtOnce() = sorted()[1] shouldBeLessThan 100.0

/** Enqueues one task after the other, each when the server is idle again, and shows how long it took until they ran. */
private suspend fun WakingRoom.measure(what: String) {
    repeat(WARM_UP) {
        pickUpNanos(queues[it % queues.size])
        delay(5.milliseconds)
    }
    val millis = List(TASKS) {
        delay(10.milliseconds)
        pickUpNanos(queues[it % queues.size]) / 1e6
    }.sorted()
    val (median, late) = millis[TASKS / 2] to millis[TASKS * 99 / 100]
    println("pickup with $what: p50 %.2f ms, p99 %.2f ms, worst %.2f ms".format(median, late, millis.last()))
    median shouldBeLessThan 100.0 // who looks once a second needs 500
    millis[TASKS - 1 - FEW] shouldBeLessThan 400.0
}
