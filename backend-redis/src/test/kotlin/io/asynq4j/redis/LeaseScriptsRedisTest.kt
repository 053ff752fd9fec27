package io.asynq4j.redis

import io.asynq4j.redis.ScriptRoom.Companion.QUEUE
import io.asynq4j.redis.keys.Keys
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.maps.shouldContainExactly
import io.kotest.matchers.shouldBe

private fun ScriptRoom.expired(cutoff: Long, limit: Int = 10): Any? = run(
    Scripts.EXPIRED_LEASES,
    listOf(Keys.active(QUEUE), Keys.lease(QUEUE)),
    listOf(Keys.taskPrefix(QUEUE), cutoff, limit),
)

/** Until second 200. */
private fun ScriptRoom.extend(vararg leases: Pair<String, String>): Any? = run(
    Scripts.EXTEND_LEASES,
    listOf(Keys.lease(QUEUE)),
    listOf(Keys.taskPrefix(QUEUE), 200) + leases.flatMap { it.toList() },
)

/** At second 300. */
private fun ScriptRoom.repair(limit: Int = 10): Any? = run(
    Scripts.REPAIR_ACTIVE,
    listOf(Keys.active(QUEUE), Keys.lease(QUEUE)),
    listOf(Keys.taskPrefix(QUEUE), 300, limit),
)

private fun named(id: String, expiry: Long, attempt: String = "mine", crashes: Int = 0) =
    listOf(id, "$expiry", "message of $id", attempt, "$crashes")

class LeaseScriptsRedisTest : FunSpec({
    val server = RedisForTests.start()
    afterSpec { server.close() }

    test("expired leases are named with all there is to them, earliest first, and the next one's time") {
        ScriptRoom(server).use { room ->
            room.active("b", "mine", expiry = 20)
            room.active("a", null, expiry = 10)
            room.active("later", "mine", expiry = 31)
            room.record("b", "crashes" to 2)
            val before = room.all()
            room.expired(cutoff = 30) shouldBe
                listOf(0L, "31") + named("a", 10, attempt = "") + named("b", 20, crashes = 2)
            room.expired(cutoff = 30, limit = 1) shouldBe listOf(0L, "20") + named("a", 10, attempt = "")
            room.expired(cutoff = 31) shouldBe
                listOf(0L, "-1") + named("a", 10, attempt = "") + named("b", 20, crashes = 2) + named("later", 31)
            room.all() shouldContainExactly before
        }
    }

    test("a lease that holds no active task is dropped, so that it is not met again (W9)") {
        ScriptRoom(server).use { room ->
            room.active("gone", "mine", expiry = 10)
            room.redis("DEL", Keys.task(QUEUE, "gone"))
            room.active("stub", "mine", expiry = 11)
            room.redis("HDEL", Keys.task(QUEUE, "stub"), "msg")
            room.active("foreign", "mine", expiry = 12)
            room.redis("DEL", Keys.task(QUEUE, "foreign"))
            room.redis("SET", Keys.task(QUEUE, "foreign"), "not ours")
            room.waiting("elsewhere", "retry", 500)
            room.redis("ZADD", Keys.lease(QUEUE), 13, "elsewhere")
            room.active("a", "mine", expiry = 14)

            room.expired(cutoff = 30) shouldBe listOf(4L, "-1") + named("a", 14)
            room.all().keys shouldBe setOf(
                "asynq:{q}:active",
                "asynq:{q}:lease",
                "asynq:{q}:retry",
                "asynq:{q}:t:a",
                "asynq:{q}:t:elsewhere",
                "asynq:{q}:t:foreign",
            )
            room.list(Keys.active(QUEUE)) shouldContainExactly listOf("a")
            room.zset(Keys.lease(QUEUE)) shouldBe mapOf("a" to 14L)
        }
    }

    test("leases behind dropped ones are not forgotten") {
        ScriptRoom(server).use { room ->
            room.redis("ZADD", Keys.lease(QUEUE), 1, "gone-1", 2, "gone-2")
            room.active("a", "mine", expiry = 14)
            room.expired(cutoff = 30, limit = 2) shouldBe listOf(2L, "14")
            room.expired(cutoff = 30, limit = 2) shouldBe listOf(0L, "-1") + named("a", 14)
        }
    }

    test("leases that are held are extended, and the others told and left as they are (W7)") {
        ScriptRoom(server).use { room ->
            room.active("mine", "mine")
            room.active("of asynq", null)
            room.active("of a later attempt", "later")
            room.waiting("settled", "retry", 500)
            room.active("destroyed", "mine")
            room.active("destroyed, of asynq", null)
            room.redis("ZREM", Keys.lease(QUEUE), "destroyed", "destroyed, of asynq")
            room.extend(
                "mine" to "mine",
                "of a later attempt" to "mine",
                "of asynq" to "mine",
                "settled" to "mine",
                "never" to "mine",
                "destroyed" to "mine",
                "destroyed, of asynq" to "mine",
            ) shouldBe listOf(2L, 3L, 4L, 5L, 7L)
            room.zset(Keys.lease(QUEUE)) shouldBe
                mapOf("mine" to 200L, "of asynq" to 100L, "destroyed" to 200L, "of a later attempt" to 100L)
        }
    }

    test("an active task without a lease gets one that has expired, and an id without a task is dropped (W10)") {
        ScriptRoom(server).use { room ->
            room.active("healthy", "mine")
            room.active("a", "mine")
            room.active("gone", "mine")
            room.active("stub", "mine")
            room.pending("pending")
            room.redis("LPUSH", Keys.active(QUEUE), "pending")
            room.redis("ZREM", Keys.lease(QUEUE), "a", "gone", "stub")
            room.redis("DEL", Keys.task(QUEUE, "gone"))
            room.redis("HDEL", Keys.task(QUEUE, "stub"), "msg")

            room.repair() shouldBe 4L
            room.list(Keys.active(QUEUE)) shouldContainExactly listOf("a", "healthy")
            room.zset(Keys.lease(QUEUE)) shouldBe mapOf("healthy" to 100L, "a" to 300L)
            room.list(Keys.pending(QUEUE)) shouldContainExactly listOf("pending")
            room.exists(Keys.task(QUEUE, "stub")) shouldBe false
            room.repair() shouldBe 0L
        }
    }
})
