package io.asynq4j.redis

import io.asynq4j.redis.ScriptRoom.Companion.QUEUE
import io.asynq4j.redis.keys.Keys
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.longs.shouldBeInRange
import io.kotest.matchers.maps.shouldContainExactly
import io.kotest.matchers.shouldBe

private const val LOCK = "asynq:{q}:unique:type:md5"

/** At second 100. */
private fun ScriptRoom.deleteExpired(limit: Int = 10): Any? =
    run(Scripts.DELETE_EXPIRED, listOf(Keys.completed(QUEUE)), listOf(Keys.taskPrefix(QUEUE), 100, limit))

/** What was archived at second 100 or before is too old. */
private fun ScriptRoom.trim(keep: Int, limit: Int = 10, spared: List<String> = listOf()): Any? =
    run(Scripts.TRIM_ARCHIVE, listOf(Keys.archived(QUEUE)), listOf(Keys.taskPrefix(QUEUE), 100, keep, limit) + spared)

private fun ScriptRoom.setAside(id: String): Any? = run(
    Scripts.SET_ASIDE,
    listOf(Keys.active(QUEUE), Keys.lease(QUEUE), Keys.archived(QUEUE), Keys.task(QUEUE, id)),
    listOf(id, 200, "why"),
)

/** The scripts by which tasks leave. */
class EndScriptsRedisTest : FunSpec({
    val server = RedisForTests.start()
    afterSpec { server.close() }

    test("completed tasks are deleted when their retention is over, earliest first, and no more than the limit") {
        ScriptRoom(server).use { room ->
            listOf("c" to 100L, "a" to 80L, "b" to 90L, "kept" to 101L).forEach { (id, end) ->
                room.waiting(id, "completed", end)
            }
            room.deleteExpired(limit = 2) shouldBe 2L
            room.zset(Keys.completed(QUEUE)).keys shouldBe setOf("c", "kept")
            room.deleteExpired(limit = 2) shouldBe 1L
            room.deleteExpired(limit = 2) shouldBe 0L
            room.all().keys shouldBe setOf("asynq:{q}:completed", "asynq:{q}:t:kept")
        }
    }

    test("a task that is in another state by now is not deleted with its old entry") {
        ScriptRoom(server).use { room ->
            room.pending("a", "b")
            room.redis("ZADD", Keys.completed(QUEUE), 1, "a", 2, "gone")
            room.redis("ZADD", Keys.archived(QUEUE), 1, "b")
            room.deleteExpired() shouldBe 2L
            room.trim(keep = 10) shouldBe 1L
            room.all().keys shouldBe setOf("asynq:{q}:pending", "asynq:{q}:t:a", "asynq:{q}:t:b")
        }
    }

    test("an archive keeps exactly as many as it may, the newest (W21)") {
        ScriptRoom(server).use { room ->
            (1..5).forEach { room.waiting("t$it", "archived", 200L + it) }
            room.trim(keep = 5) shouldBe 0L
            room.trim(keep = 3) shouldBe 2L
            room.all().keys shouldBe setOf("asynq:{q}:archived", "asynq:{q}:t:t3", "asynq:{q}:t:t4", "asynq:{q}:t:t5")
        }
    }

    test("an archive keeps nothing that is too old, a step at a time") {
        ScriptRoom(server).use { room ->
            (1..5).forEach { room.waiting("old$it", "archived", 95L + it) }
            room.waiting("new", "archived", 101)
            room.trim(keep = 10, limit = 3) shouldBe 3L
            room.trim(keep = 10, limit = 3) shouldBe 2L
            room.trim(keep = 10, limit = 3) shouldBe 0L
            room.zset(Keys.archived(QUEUE)).keys shouldBe setOf("new")
        }
    }

    test("a trimmed task frees its lock, if it still holds it (W20, defect 4.8)") {
        ScriptRoom(server).use { room ->
            room.waiting("a", "archived", 1, "unique_key" to LOCK)
            room.waiting("b", "archived", 1, "unique_key" to "$LOCK-2")
            room.redis("SET", LOCK, "a")
            room.redis("SET", "$LOCK-2", "somebody else")
            room.trim(keep = 10) shouldBe 2L
            room.exists(LOCK) shouldBe false
            room.exists("$LOCK-2") shouldBe true
        }
    }

    test("what was archived just now stays, also when others of the same second come after it") {
        ScriptRoom(server).use { room ->
            listOf("a", "b", "c").forEach { room.waiting(it, "archived", 200) }
            room.trim(keep = 2, spared = listOf("a")) shouldBe 1L
            room.zset(Keys.archived(QUEUE)).keys shouldBe setOf("a", "c")
        }
    }

    test("a task that is set aside is archived as it is, with the reason") {
        ScriptRoom(server).use { room ->
            room.active("a", "mine")
            room.setAside("a") shouldBe 1L
            room.all() shouldContainExactly mapOf(
                "asynq:{q}:archived" to mapOf("a" to 200L),
                "asynq:{q}:t:a" to mapOf("msg" to "message of a", "state" to "archived", "set_aside" to "why"),
            )
        }
    }

    test("only an active task with a lease is set aside") {
        ScriptRoom(server).use { room ->
            room.pending("a")
            room.redis("ZADD", Keys.lease(QUEUE), 1, "a")
            room.active("b", "mine")
            room.redis("ZREM", Keys.lease(QUEUE), "b")
            val before = room.all()
            listOf("a", "b", "gone").map { room.setAside(it) } shouldBe listOf(0L, 0L, 0L)
            room.all() shouldContainExactly before
        }
    }

    test("a task stays active where something else lies under the archive") {
        ScriptRoom(server).use { room ->
            room.active("a", "mine")
            room.redis("SET", Keys.archived(QUEUE), "foreign")
            val before = room.all()
            shouldThrow<IllegalStateException> { room.setAside("a") }
            room.all() shouldContainExactly before
        }
    }

    test("a server shows itself and what it works on, each time anew, for a while") {
        ScriptRoom(server).use { room ->
            fun announce(vararg workers: String) = room.run(
                Scripts.ANNOUNCE,
                listOf("s", "w"),
                listOf(10, "server") + workers.flatMap { listOf(it, "at $it") },
            )
            announce("a", "b")
            announce("b", "c")
            room.all() shouldContainExactly mapOf("s" to "server", "w" to mapOf("b" to "at b", "c" to "at c"))
            listOf("s", "w").forEach { room.redis("TTL", it).integer() shouldBeInRange 5L..10L }
            announce()
            room.all() shouldContainExactly mapOf("s" to "server")
        }
    }
})
