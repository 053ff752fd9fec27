package io.asynq4j.redis

import io.asynq4j.redis.ScriptRoom.Companion.QUEUE
import io.asynq4j.redis.keys.Keys
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.maps.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain

/** At second 100. */
private fun ScriptRoom.forward(limit: Int = 10): Any? = run(
    Scripts.FORWARD,
    listOf(Keys.scheduled(QUEUE), Keys.retry(QUEUE), Keys.pending(QUEUE), Keys.groups(QUEUE)),
    listOf(100, 100_000_000_007, limit, Keys.taskPrefix(QUEUE), Keys.groupPrefix(QUEUE)),
)

class ForwardScriptRedisTest : FunSpec({
    val server = RedisForTests.start()
    afterSpec { server.close() }

    test("tasks that are due become pending, those that are not stay, and the next one's time is told") {
        ScriptRoom(server).use { room ->
            room.waiting("a", "scheduled", 100)
            room.waiting("later", "scheduled", 102)
            room.waiting("b", "retry", 90)
            room.waiting("soon", "retry", 101)
            room.forward() shouldBe listOf(2L, 0L, "101")
            room.list(Keys.pending(QUEUE)) shouldContainExactly listOf("a", "b")
            room.task("a") shouldContainExactly
                mapOf("msg" to "message of a", "state" to "pending", "pending_since" to "100000000007")
            room.zset(Keys.scheduled(QUEUE)).keys + room.zset(Keys.retry(QUEUE)).keys shouldBe setOf("later", "soon")
        }
    }

    test("both kinds go by time, and no more than the limit") {
        ScriptRoom(server).use { room ->
            listOf("a" to 10L, "c" to 30L, "e" to 50L).forEach { (id, due) -> room.waiting(id, "scheduled", due) }
            listOf("b" to 20L, "d" to 40L, "f" to 60L).forEach { (id, due) -> room.waiting(id, "retry", due) }
            room.forward(limit = 4) shouldBe listOf(4L, 0L, "50")
            room.forward(limit = 4) shouldBe listOf(2L, 0L, "-1")
            room.list(Keys.pending(QUEUE)).reversed() shouldContainExactly listOf("a", "b", "c", "d", "e", "f")
        }
    }

    test("a task of a group joins it, and the group is known (W4, defect 4.2)") {
        ScriptRoom(server).use { room ->
            room.waiting("a", "scheduled", 90, "group" to "g")
            room.waiting("b", "retry", 91, "group" to "g")
            room.forward() shouldBe listOf(2L, 0L, "-1")
            room.all() shouldContainExactly mapOf(
                "asynq:{q}:g:g" to mapOf("a" to 100L, "b" to 100L),
                "asynq:{q}:groups" to setOf("g"),
                "asynq:{q}:t:a" to mapOf("msg" to "message of a", "state" to "aggregating", "group" to "g"),
                "asynq:{q}:t:b" to mapOf("msg" to "message of b", "state" to "aggregating", "group" to "g"),
            )
        }
    }

    test("ids without a message are dropped, and no hash is made (W9)") {
        ScriptRoom(server).use { room ->
            room.redis("ZADD", Keys.scheduled(QUEUE), 10, "gone", 20, "stub", 30, "foreign")
            room.record("stub", "state" to "pending")
            room.redis("SET", Keys.task(QUEUE, "foreign"), "not ours")
            room.waiting("a", "scheduled", 40)
            room.forward() shouldBe listOf(1L, 3L, "-1")
            room.all().keys shouldBe setOf("asynq:{q}:pending", "asynq:{q}:t:a", "asynq:{q}:t:foreign")
        }
    }

    listOf(Keys.pending(QUEUE), Keys.groups(QUEUE), Keys.group(QUEUE, "g")).forEach { foreign ->
        test("where something else lies under $foreign, no task is moved half way") {
            ScriptRoom(server).use { room ->
                room.waiting("a", "scheduled", 90)
                room.waiting("b", "scheduled", 80, "group" to "g")
                room.redis("SET", foreign, "foreign")
                shouldThrow<IllegalStateException> { room.forward() }.message!! shouldContain "WRONGTYPE"
                val stuck = if (foreign == Keys.pending(QUEUE)) "a" else "b"
                room.task(stuck)["state"] shouldBe "scheduled"
                room.zset(Keys.scheduled(QUEUE)).keys shouldContain stuck
            }
        }
    }
})

private infix fun Set<String>.shouldContain(id: String) = (id in this) shouldBe true
