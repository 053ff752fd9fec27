package io.asynq4j.redis

import io.asynq4j.redis.ScriptRoom.Companion.QUEUE
import io.asynq4j.redis.keys.Keys
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.longs.shouldBeInRange
import io.kotest.matchers.maps.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf

private const val LOCK = "asynq:{q}:unique:type:md5"
private const val DAY_ENDS = 4_000_000_000L
private const val PROCESSED = "asynq:{q}:processed"
private const val FAILED = "asynq:{q}:failed"

private fun done(id: String, attempt: String = "mine", lock: String = "") =
    if (lock.isEmpty()) listOf("", id, attempt) else listOf("deleted", id, attempt, "", 0, 0, lock)

private fun ended(id: String, state: String, failed: Boolean = false, lock: String = "") =
    listOf(state, id, "mine", "new message of $id", 200, if (failed) 1 else 0, lock)

private fun ScriptRoom.settle(vararg endings: List<Any>, cutoff: Any = ""): List<Any?> {
    val answer = run(
        Scripts.SETTLE,
        listOf(
            Keys.active(QUEUE),
            Keys.lease(QUEUE),
            Keys.pending(QUEUE),
            Keys.retry(QUEUE),
            Keys.archived(QUEUE),
            Keys.completed(QUEUE),
            PROCESSED,
            FAILED,
            "$PROCESSED:2026-11-21",
            "$FAILED:2026-11-21",
            Keys.scheduled(QUEUE),
        ),
        listOf(Keys.taskPrefix(QUEUE), 777, DAY_ENDS, cutoff) + endings.flatMap { it },
    )
    @Suppress("UNCHECKED_CAST")
    return answer as List<Any?>
}

class SettleScriptRedisTest : FunSpec({
    val server = RedisForTests.start()
    afterSpec { server.close() }

    test("a task that is done leaves nothing but counters") {
        ScriptRoom(server).use { room ->
            room.active("a", "mine")
            room.settle(done("a")) shouldBe listOf(1L)
            room.all() shouldContainExactly mapOf(PROCESSED to "1", "$PROCESSED:2026-11-21" to "1")
        }
    }

    mapOf("retry" to true, "archived" to true, "completed" to false).forEach { (state, failed) ->
        test("a task that ends as $state is only that, with its new message and without the attempt") {
            ScriptRoom(server).use { room ->
                room.active("a", "mine")
                room.record("a", "result" to "kept", "unique_key" to LOCK, "group" to "g")
                room.settle(ended("a", state, failed)) shouldBe listOf(1L)
                val counters = listOfNotNull(PROCESSED, if (failed) FAILED else null)
                room.all() shouldContainExactly mapOf(
                    "asynq:{q}:$state" to mapOf("a" to 200L),
                    "asynq:{q}:t:a" to mapOf(
                        "msg" to "new message of a",
                        "state" to state,
                        "result" to "kept",
                        "unique_key" to LOCK,
                        "group" to "g",
                    ),
                ) + counters.flatMap { listOf(it to "1", "$it:2026-11-21" to "1") }
            }
        }
    }

    test("a retry that is no failure counts as nothing") {
        ScriptRoom(server).use { room ->
            room.active("a", "mine")
            room.settle(ended("a", "retry")) shouldBe listOf(1L)
            room.all().keys shouldBe setOf("asynq:{q}:retry", "asynq:{q}:t:a")
        }
    }

    test("a task that is released is next, and pending since now (W30)") {
        ScriptRoom(server).use { room ->
            room.pending("x")
            room.active("a", "mine")
            room.settle(listOf("pending", "a", "mine", "", 0, 0, "")) shouldBe listOf(1L)
            room.list(Keys.pending(QUEUE)) shouldContainExactly listOf("x", "a")
            room.task("a") shouldContainExactly
                mapOf("msg" to "message of a", "state" to "pending", "pending_since" to "777")
        }
    }

    test("a task that is snoozed is scheduled, with the message it had, and counts as nothing") {
        ScriptRoom(server).use { room ->
            room.active("a", "mine")
            room.record("a", "crashes" to "2", "unique_key" to LOCK)
            room.redis("SET", LOCK, "a")
            room.settle(listOf("scheduled", "a", "mine", "", 200, 0, "")) shouldBe listOf(1L)
            room.all() shouldContainExactly mapOf(
                "asynq:{q}:scheduled" to mapOf("a" to 200L),
                "asynq:{q}:t:a" to mapOf("msg" to "message of a", "state" to "scheduled", "unique_key" to LOCK),
                LOCK to "a",
            )
        }
    }

    test("a member of a group that was run by itself and snoozed stays a member, and joins its group when it is due") {
        ScriptRoom(server).use { room ->
            room.active("a", "mine")
            room.record("a", "group" to "g")
            room.settle(listOf("scheduled", "a", "mine", "", 200, 0, ""))
            room.run(
                Scripts.FORWARD,
                listOf(Keys.scheduled(QUEUE), Keys.retry(QUEUE), Keys.pending(QUEUE), Keys.groups(QUEUE)),
                listOf(200, 200, 1, Keys.taskPrefix(QUEUE), Keys.groupPrefix(QUEUE)),
            )
            room.task("a") shouldContainExactly
                mapOf("msg" to "message of a", "state" to "aggregating", "group" to "g")
            room.set(Keys.groups(QUEUE)) shouldBe setOf("g")
        }
    }

    val theirs: Map<String, ScriptRoom.() -> Unit> = mapOf(
        "of a later attempt" to { active("a", "later") },
        "that has no lease" to {
            active("a", "mine")
            redis("ZREM", Keys.lease(QUEUE), "a")
        },
        "that is not active" to {
            pending("a")
            redis("ZADD", Keys.lease(QUEUE), 100, "a")
        },
        "that is gone" to {},
        "whose hash is something else" to {
            active("a", "mine")
            redis("DEL", Keys.task(QUEUE, "a"))
            redis("SET", Keys.task(QUEUE, "a"), "foreign")
        },
    )
    theirs.forEach { (what, prepare) ->
        test("a task $what is not settled, and nothing changes (W10, defect 4.9)") {
            ScriptRoom(server).use { room ->
                room.prepare()
                room.redis("SET", LOCK, "a")
                val before = room.all()
                val states = listOf("retry", "archived", "completed").map { ended("a", it, lock = LOCK) }
                room.settle(done("a", lock = LOCK), *states.toTypedArray()) shouldBe listOf(0L, 0L, 0L, 0L)
                room.all() shouldContainExactly before
            }
        }
    }

    test("an attempt of a Go worker has no name, and is settled by who recovers it only") {
        ScriptRoom(server).use { room ->
            room.active("a", null)
            room.settle(done("a")) shouldBe listOf(0L)
            room.settle(listOf("retry", "a", "", "later", 200, 1, ""), cutoff = 100) shouldBe listOf(1L)
        }
    }

    test("an outcome that is sent again is not that of the Go worker who has the task by now") {
        ScriptRoom(server).use { room ->
            room.active("a", "mine")
            room.settle(ended("a", "retry", true)) shouldBe listOf(1L)
            room.redis("ZREM", Keys.retry(QUEUE), "a")
            room.active("a", null) // Go has forwarded and fetched it
            val before = room.all()
            room.settle(ended("a", "retry", true), done("a")) shouldBe listOf(0L, 0L)
            room.all() shouldContainExactly before
        }
    }

    test("a task is recovered by the end of its lease and not before, and from no other attempt") {
        ScriptRoom(server).use { room ->
            room.active("a", "mine", expiry = 100)
            room.active("b", null, expiry = 101)
            room.active("c", "theirs", expiry = 100)
            val ends = arrayOf(ended("a", "retry", true), ended("b", "retry", true), ended("c", "retry", true))
            room.settle(*ends, cutoff = 99) shouldBe listOf(0L, 0L, 0L)
            room.settle(*ends, cutoff = 100) shouldBe listOf(1L, 0L, 0L)
            room.zset(Keys.lease(QUEUE)) shouldBe mapOf("b" to 101L, "c" to 100L)
        }
    }

    test("of many endings each has its own answer, and counters move once for all") {
        ScriptRoom(server).use { room ->
            ('a'..'f').forEach { room.active("$it", "mine") }
            room.settle(
                done("a"),
                done("gone"),
                ended("b", "completed"),
                ended("c", "retry", true),
                ended("d", "archived", true),
                ended("e", "retry"),
                done("a"),
            ) shouldBe listOf(1L, 0L, 1L, 1L, 1L, 1L, 0L)
            room.list(Keys.active(QUEUE)) shouldContainExactly listOf("f")
            listOf(PROCESSED, "$PROCESSED:2026-11-21", FAILED, "$FAILED:2026-11-21").map { room.get(it) } shouldBe
                listOf("4", "4", "2", "2")
        }
    }

    test("many that end leave the others active in their order, wherever in the list they are") {
        ScriptRoom(server).use { room ->
            val all = (1..60).map { "%02d".format(it) }
            all.forEach { room.active(it, "mine") }
            val ended = listOf("03", "01", "60", "09", "04", "02")
            room.settle(*ended.map { done(it) }.toTypedArray()) shouldBe List(6) { 1L }
            room.list(Keys.active(QUEUE)) shouldContainExactly (all - ended.toSet()).reversed()
        }
    }

    test("many that end are taken out once each, as often as damage has them there") {
        ScriptRoom(server).use { room ->
            listOf("a", "b", "c", "d", "x").forEach { room.active(it, "mine") }
            room.redis("RPUSH", Keys.active(QUEUE), "b", "a")
            room.settle(done("a"), done("b"), done("c"), done("d")) shouldBe List(4) { 1L }
            room.list(Keys.active(QUEUE)) shouldContainExactly listOf("x", "b", "a")
        }
    }

    test("many end where something else lies under active, of which nothing is changed") {
        ScriptRoom(server).use { room ->
            listOf("a", "b", "c", "d").forEach { room.active(it, "mine") }
            room.redis("SET", Keys.active(QUEUE), "foreign")
            room.settle(done("a"), done("b"), done("c"), done("d")) shouldBe List(4) { 1L }
            room.get(Keys.active(QUEUE)) shouldBe "foreign"
        }
    }

    test("counters of a day expire, and are not given more time by later counts") {
        ScriptRoom(server).use { room ->
            room.active("a", "mine")
            room.active("b", "mine")
            room.settle(ended("a", "retry", true))
            val now = room.redis("TIME").items().first().text().toLong()
            listOf(PROCESSED, FAILED).forEach { counter ->
                room.redis("TTL", "$counter:2026-11-21").integer() shouldBeInRange
                    (DAY_ENDS - now - 5)..(DAY_ENDS - now)
                room.redis("TTL", counter).integer() shouldBe -1
                room.redis("EXPIRE", "$counter:2026-11-21", 1000)
            }
            room.settle(ended("b", "retry", true))
            room.redis("TTL", "$PROCESSED:2026-11-21").integer() shouldBeInRange 990L..1000L
            room.redis("TTL", "$FAILED:2026-11-21").integer() shouldBeInRange 990L..1000L
        }
    }

    test("totals start again before they leave 64 bits, as seen by numbers that are doubles") {
        listOf("9223372036854775807", "9223372036854775296").forEach { full ->
            ScriptRoom(server).use { room ->
                room.active("a", "mine")
                room.redis("SET", PROCESSED, full)
                room.redis("SET", FAILED, 41)
                room.settle(ended("a", "archived", true)) shouldBe listOf(1L)
                room.get(PROCESSED) shouldBe "1"
                room.get(FAILED) shouldBe "1"
            }
        }
        ScriptRoom(server).use { room ->
            room.active("a", "mine")
            room.redis("SET", PROCESSED, "9223372036854775295")
            room.settle(done("a"))
            room.get(PROCESSED) shouldBe "9223372036854775296"
        }
    }

    test("counters that hold something else do not keep a task from being settled") {
        ScriptRoom(server).use { room ->
            room.active("a", "mine")
            room.redis("LPUSH", PROCESSED, "foreign")
            room.redis("SET", FAILED, "no number")
            room.redis("LPUSH", "$PROCESSED:2026-11-21", "foreign")
            room.settle(ended("a", "archived", true)) shouldBe listOf(1L)
            room.get("$FAILED:2026-11-21") shouldBe "1"
            room.list(Keys.active(QUEUE)) shouldBe emptyList()
        }
    }

    test("a lock is freed by its holder only") {
        ScriptRoom(server).use { room ->
            room.active("a", "mine")
            room.active("b", "mine")
            room.redis("SET", LOCK, "b")
            room.settle(done("a", lock = LOCK))
            room.get(LOCK) shouldBe "b"
            room.settle(ended("b", "completed", lock = LOCK))
            room.exists(LOCK) shouldBe false
        }
    }

    mapOf(
        "pending" to Keys.pending(QUEUE),
        "scheduled" to Keys.scheduled(QUEUE),
        "retry" to Keys.retry(QUEUE),
        "archived" to Keys.archived(QUEUE),
        "completed" to Keys.completed(QUEUE),
    ).forEach { (state, foreign) ->
        test(
            "where something else lies under $foreign, a task that would go there stays active, and others are settled",
        ) {
            ScriptRoom(server).use { room ->
                room.active("a", "mine")
                room.active("b", "mine")
                room.redis("SET", foreign, "foreign")
                val (refused, written) = room.settle(ended("a", state), done("b"))
                refused.shouldBeInstanceOf<String>() shouldContain "WRONGTYPE"
                written shouldBe 1L
                room.task("a") shouldContainExactly
                    mapOf("msg" to "message of a", "state" to "active", "attempt" to "mine")
                room.list(Keys.active(QUEUE)) shouldContainExactly listOf("a")
                room.zset(Keys.lease(QUEUE)) shouldBe mapOf("a" to 100L)
            }
        }
    }
})
