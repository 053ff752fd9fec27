package io.asynq4j.redis

import io.asynq4j.redis.ScriptRoom.Companion.QUEUE
import io.asynq4j.redis.keys.Keys
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.maps.shouldContainExactly
import io.kotest.matchers.shouldBe

private const val LOCK = "asynq:{q}:unique:batch:md5"
private val GROUP = Keys.group(QUEUE, "g")
private val SET = Keys.aggregationSet(QUEUE, "g", "set")
private val SETS = Keys.aggregationSets(QUEUE)

/** Members of the group, or of a set of it that is staged until second 200. */
private fun ScriptRoom.members(key: String, vararg ids: String) = ids.forEachIndexed { at, id ->
    record(id, "msg" to "message of $id", "state" to "aggregating", "group" to "g")
    redis("ZADD", key, 50 + at, id)
    if (key == SET) redis("ZADD", SETS, 200, SET)
}

/** At second 100, into the group `other`, with a lock. */
private fun ScriptRoom.finish(members: Int): Any? = run(
    Scripts.FINISH_SET,
    listOf(
        Keys.pending(QUEUE),
        Keys.scheduled(QUEUE),
        Keys.groups(QUEUE),
        SETS,
        SET,
        Keys.aggregated(QUEUE),
        Keys.aggregated(QUEUE, "set"),
    ),
    listOf(
        Keys.taskPrefix(QUEUE), Keys.groupPrefix(QUEUE), 100, members, 10, "aggregating", "batch", "message", 100,
        LOCK, 60, "other",
    ),
)

/** At second 100; due when nobody has joined for 60 seconds. */
private fun ScriptRoom.stage(): Any? = run(
    Scripts.STAGE_GROUP,
    listOf(Keys.groups(QUEUE), GROUP, SET, SETS),
    listOf("g", 100, 200, 60, 0, 0),
)

/** At second 100. */
private fun ScriptRoom.giveBack(limit: Int): Any? = run(
    Scripts.RETURN_SET,
    listOf(Keys.groups(QUEUE), SETS),
    listOf(Keys.taskPrefix(QUEUE), Keys.groupPrefix(QUEUE), 100, limit, SET),
)

/** What the scripts about groups write for other programs, and for the next call. */
class GroupScriptsRedisTest : FunSpec({
    val server = RedisForTests.start()
    afterSpec { server.close() }

    fun room(name: String, body: ScriptRoom.() -> Unit) = test(name) { ScriptRoom(server).use(body) }

    room("the record of a task made of a set names its own group and its lock") {
        members(SET, "a", "b")
        finish(2) shouldBe 1L
        task("batch") shouldContainExactly
            mapOf("msg" to "message", "state" to "aggregating", "group" to "other", "unique_key" to LOCK)
        set(Keys.groups(QUEUE)) shouldBe setOf("other")
        get(LOCK) shouldBe "batch"
    }

    room("a set on its way back cannot be finished any more") {
        members(SET, "a", "b", "c")
        giveBack(limit = 2) shouldBe listOf(1L, 2L, "-1", 0L)
        zset(SETS) shouldBe mapOf(SET to 0L)
        finish(1) shouldBe -2L
        giveBack(limit = 2) shouldBe listOf(1L, 1L, "-1", 0L)
        exists(SETS) shouldBe false
        zset(GROUP).keys shouldBe setOf("a", "b", "c")
    }

    room("a group that is not due is made known, should somebody have forgotten it") {
        members(GROUP, "a")
        stage() shouldBe listOf(0L, "110")
        set(Keys.groups(QUEUE)) shouldBe setOf("g")
    }

    room("what is left of a member without a message goes when the set is read") {
        members(SET, "a", "b")
        redis("HDEL", Keys.task(QUEUE, "a"), "msg")
        run(Scripts.READ_SET, listOf(SETS, SET), listOf(Keys.taskPrefix(QUEUE), 100, 0, 10)) shouldBe
            listOf(1L, "b", "message of b")
        exists(Keys.task(QUEUE, "a")) shouldBe false
        zset(SET).keys shouldBe setOf("b")
    }
})
