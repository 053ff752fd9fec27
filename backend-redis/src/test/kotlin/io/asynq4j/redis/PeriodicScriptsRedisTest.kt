package io.asynq4j.redis

import io.asynq4j.redis.ScriptRoom.Companion.QUEUE
import io.asynq4j.redis.keys.Keys
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.longs.shouldBeInRange
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain

private val ENTRY = Keys.periodic(QUEUE, "e")
private val ENTRIES = Keys.periodic(QUEUE)
private val KEYS =
    listOf(ENTRY) + listOf("pending", "scheduled", "retry", "groups", "periodic").map { Keys.prefix(QUEUE) + it }

private fun ScriptRoom.fire(planned: Int, id: String): Any? = run(
    Scripts.FIRE,
    KEYS,
    listOf(
        Keys.taskPrefix(QUEUE), Keys.groupPrefix(QUEUE), "due", planned, planned, "allow", 1_000,
        "pending", id, "message of $id", 7, "", "", "",
    ),
)

private fun ScriptRoom.fireIntoGroup(planned: Int, id: String, group: String): Any? = run(
    Scripts.FIRE,
    KEYS,
    listOf(
        Keys.taskPrefix(QUEUE), Keys.groupPrefix(QUEUE), "due", planned, planned, "allow", 1_000,
        "aggregating", id, "message of $id", 7, "", "", group,
    ),
)

private fun ScriptRoom.ttl(key: String) = redis("TTL", key).integer()

class PeriodicScriptsRedisTest : FunSpec({
    val server = RedisForTests.start()
    afterSpec { server.close() }

    fun room(name: String, body: ScriptRoom.() -> Unit) = test(name) { ScriptRoom(server).use(body) }

    room("a firing into a group names the group in the task's record, and makes it known") {
        fireIntoGroup(60, "a", "g") shouldBe listOf(1L, "60", "a", 0L, "", 0L)
        task("a") shouldBe mapOf("msg" to "message of a", "state" to "aggregating", "group" to "g")
        set(Keys.groups(QUEUE)) shouldBe setOf("g")
        zset(Keys.group(QUEUE, "g")) shouldBe mapOf("a" to 7L)
    }

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
        ttl("history") shouldBeInRange 495L..500L
        run(Scripts.JOIN_PERIODIC, listOf(ENTRY, ENTRIES), listOf(50, "hourly", 900))
        ttl(ENTRY) shouldBeInRange 895L..900L
        fire(60, "a")
        ttl(ENTRY) shouldBeInRange 995L..1_000L
    }

    room("a paused entry stays paused, however long nobody asks for it") {
        run(Scripts.JOIN_PERIODIC, listOf(ENTRY, ENTRIES), listOf(50, "hourly", 900))
        run(Scripts.PAUSE_PERIODIC, listOf(ENTRY, ENTRIES), listOf(1, 900))
        ttl(ENTRY) shouldBe -1
        fire(60, "a") shouldBe listOf(3L, "60", "", 0L, "", 1L)
        run(Scripts.JOIN_PERIODIC, listOf(ENTRY, ENTRIES), listOf(70, "hourly", 900)) shouldBe listOf("60", "", 0L, 1L)
        ttl(ENTRY) shouldBe -1
        run(Scripts.PAUSE_PERIODIC, listOf(ENTRY, ENTRIES), listOf(0, 900))
        ttl(ENTRY) shouldBeInRange 895L..900L
    }

    room("the hashes of a queue's entries can be found, as long as they are kept") {
        run(Scripts.JOIN_PERIODIC, listOf(ENTRY, ENTRIES), listOf(50, "hourly", 900))
        zset(ENTRIES) shouldBe mapOf(ENTRY to 950L)
        fire(60, "a")
        zset(ENTRIES) shouldBe mapOf(ENTRY to 1_060L)
        val other = Keys.periodic(QUEUE, "other")
        run(Scripts.JOIN_PERIODIC, listOf(other, ENTRIES), listOf(1_060, "hourly", 900))
        zset(ENTRIES).keys shouldBe setOf(ENTRY, other)
        run(Scripts.PAUSE_PERIODIC, listOf(other, ENTRIES), listOf(1, 900))
        run(Scripts.JOIN_PERIODIC, listOf(other, ENTRIES), listOf(99_999, "hourly", 900))
        redis("ZRANGE", ENTRIES, 0, -1, "WITHSCORES").items().map { it.text() } shouldBe listOf(other, "inf")
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
