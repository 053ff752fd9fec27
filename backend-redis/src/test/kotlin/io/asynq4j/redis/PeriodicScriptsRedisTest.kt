package io.asynq4j.redis

import io.asynq4j.redis.ScriptRoom.Companion.QUEUE
import io.asynq4j.redis.keys.Keys
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.longs.shouldBeInRange
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain

private val ENTRY = Keys.periodic(QUEUE, "e")
private val KEYS = listOf(ENTRY) + listOf("pending", "scheduled", "retry", "groups").map { Keys.prefix(QUEUE) + it }

private fun ScriptRoom.fire(planned: Int, id: String): Any? = run(
    Scripts.FIRE,
    KEYS,
    listOf(
        Keys.taskPrefix(QUEUE), Keys.groupPrefix(QUEUE), "due", planned, planned, "allow", 1_000,
        "pending", id, "message of $id", 7, "", "", "",
    ),
)

private fun ScriptRoom.ttl(key: String) = redis("TTL", key).integer()

class PeriodicScriptsRedisTest : FunSpec({
    val server = RedisForTests.start()
    afterSpec { server.close() }

    fun room(name: String, body: ScriptRoom.() -> Unit) = test(name) { ScriptRoom(server).use(body) }

    room("a firing stores its task as a client does, and what it has settled beside it") {
        fire(60, "a") shouldBe listOf(1L, "60", "a", 0L, "", 0L)
        list(Keys.pending(QUEUE)) shouldBe listOf("a")
        task("a") shouldBe mapOf("msg" to "message of a", "state" to "pending", "pending_since" to "7")
        hash(ENTRY) shouldBe mapOf("last" to "60", "task" to "a")
        fire(60, "b") shouldBe listOf(2L, "60", "a", 0L, "", 0L)
        exists(Keys.task(QUEUE, "b")) shouldBe false
    }

    room("a history ends, and so does the record of an entry that nobody asks for") {
        run(Scripts.RECORD_EVENT, listOf("history"), listOf(60, "event", 500))
        ttl("history") shouldBeInRange 499L..500L
        run(Scripts.JOIN_PERIODIC, listOf(ENTRY), listOf(50, "hourly", 900))
        ttl(ENTRY) shouldBeInRange 899L..900L
        fire(60, "a")
        ttl(ENTRY) shouldBeInRange 999L..1_000L
    }

    room("a paused entry stays paused, however long nobody asks for it") {
        run(Scripts.JOIN_PERIODIC, listOf(ENTRY), listOf(50, "hourly", 900))
        run(Scripts.PAUSE_PERIODIC, listOf(ENTRY), listOf(1, 900))
        ttl(ENTRY) shouldBe -1
        fire(60, "a") shouldBe listOf(3L, "60", "", 0L, "", 1L)
        run(Scripts.JOIN_PERIODIC, listOf(ENTRY), listOf(70, "hourly", 900)) shouldBe listOf("60", "", 0L, 1L)
        ttl(ENTRY) shouldBe -1
        run(Scripts.PAUSE_PERIODIC, listOf(ENTRY), listOf(0, 900))
        ttl(ENTRY) shouldBeInRange 899L..900L
    }

    room(
        "a time is not settled when its task cannot be stored, since something else lies where the queue has its tasks",
    ) {
        redis("SET", Keys.pending(QUEUE), "foreign")
        runCatching { fire(60, "a") }.exceptionOrNull().toString() shouldContain "WRONGTYPE"
        exists(ENTRY) shouldBe false
        exists(Keys.task(QUEUE, "a")) shouldBe false
        redis("DEL", Keys.pending(QUEUE))
        fire(60, "a") shouldBe listOf(1L, "60", "a", 0L, "", 0L)
    }
})
