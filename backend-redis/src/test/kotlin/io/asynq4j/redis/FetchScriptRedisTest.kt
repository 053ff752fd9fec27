package io.asynq4j.redis

import io.asynq4j.redis.ScriptRoom.Companion.OTHER
import io.asynq4j.redis.ScriptRoom.Companion.QUEUE
import io.asynq4j.redis.keys.Keys
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.maps.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf

/** Asks queues for their shares. */
private fun ScriptRoom.fetch(vararg shares: Pair<String, Int>): List<List<Any?>> {
    val answer = run(
        Scripts.FETCH,
        shares.flatMap { (queue) ->
            listOf(Keys.pending(queue), Keys.paused(queue), Keys.active(queue), Keys.lease(queue))
        },
        listOf(130, "attempt-1") + shares.flatMap { (queue, share) -> listOf(Keys.taskPrefix(queue), share) },
    )
    @Suppress("UNCHECKED_CAST")
    return answer as List<List<Any?>>
}

private fun took(position: Int, vararg ids: String, dropped: Int = 0): List<Any> =
    listOf(position.toLong(), dropped.toLong()) + ids.flatMap { listOf(it, "message of $it", "1") }

class FetchScriptRedisTest : FunSpec({
    val server = RedisForTests.start()
    afterSpec { server.close() }

    test("a task that is fetched is active under a lease and an attempt, and pending no longer") {
        ScriptRoom(server).use { room ->
            room.pending("a", "b", "c")
            room.fetch(QUEUE to 2) shouldBe listOf(took(1, "a", "b"))
            room.all() shouldContainExactly mapOf(
                "asynq:{q}:active" to listOf("b", "a"),
                "asynq:{q}:lease" to mapOf("a" to 130L, "b" to 130L),
                "asynq:{q}:pending" to listOf("c"),
                "asynq:{q}:t:a" to mapOf("msg" to "message of a", "state" to "active", "attempt" to "attempt-1"),
                "asynq:{q}:t:b" to mapOf("msg" to "message of b", "state" to "active", "attempt" to "attempt-1"),
                "asynq:{q}:t:c" to mapOf("msg" to "message of c", "state" to "pending", "pending_since" to "1"),
            )
        }
    }

    test("shares come first, in order, and then what is missing, in the same order") {
        ScriptRoom(server).use { room ->
            room.pending("a", "b", "c")
            room.pending("x", "y", "z", queue = OTHER)
            room.fetch(OTHER to 1, "empty" to 2, QUEUE to 1) shouldBe
                listOf(took(1, "x"), took(3, "a"), took(1, "y", "z"))
        }
    }

    test("more tasks than one command takes arguments for come in order, in one call") {
        ScriptRoom(server).use { room ->
            val ids = (1..12_000).map { "task-$it" }
            ids.chunked(1000).forEach { room.pending(*it.toTypedArray()) }
            room.fetch(QUEUE to 11_000).single() shouldBe took(1, *ids.take(11_000).toTypedArray())
            room.list(Keys.pending(QUEUE)) shouldHaveSize 1_000
            room.list(Keys.active(QUEUE)).reversed() shouldBe ids.take(11_000)
        }
    }

    test("large tasks come some at a time, in order and each once, and one at least") {
        ScriptRoom(server).use { room ->
            val ids = (1..20).map { "task-$it" }
            room.pending(*ids.toTypedArray())
            room.pending("other", queue = OTHER)
            val megabyte = "m".repeat(1 shl 20)
            ids.forEach { room.record(it, "msg" to megabyte) }
            room.record(ids.last(), "msg" to megabyte.repeat(9))

            val taken = List(3) { room.fetch(QUEUE to 20, OTHER to 1) }

            taken[0].single().drop(2).chunked(3) { it.first() } shouldBe ids.take(8)
            taken[1].single().drop(2).chunked(3) { it.first() } shouldBe ids.drop(8).take(8)
            taken[2].single().drop(2).chunked(3) { it.first() } shouldBe ids.drop(16)
            room.fetch(QUEUE to 20, OTHER to 1) shouldBe listOf(took(2, "other"))
        }
    }

    test("a paused queue gives nothing, neither its share nor what others lack") {
        ScriptRoom(server).use { room ->
            room.pending("a")
            room.redis("SET", Keys.paused(QUEUE), 1)
            room.fetch(QUEUE to 1, OTHER to 1).shouldBeEmpty()
            room.list(Keys.pending(QUEUE)) shouldContainExactly listOf("a")
        }
    }

    test("ids without a message are dropped, those behind them are fetched, and no hash is made (W9, defect 4.4)") {
        ScriptRoom(server).use { room ->
            room.pending("gone", "stub", "foreign", "a")
            room.redis("DEL", Keys.task(QUEUE, "gone"))
            room.redis("HDEL", Keys.task(QUEUE, "stub"), "msg")
            room.redis("DEL", Keys.task(QUEUE, "foreign"))
            room.redis("SET", Keys.task(QUEUE, "foreign"), "not ours")

            room.fetch(QUEUE to 1) shouldBe listOf(took(1, "a", dropped = 3))
            room.all().keys shouldBe
                setOf("asynq:{q}:active", "asynq:{q}:lease", "asynq:{q}:t:a", "asynq:{q}:t:foreign")
            room.list(Keys.active(QUEUE)) shouldContainExactly listOf("a")
        }
    }

    test("a heap of ids without a message is worked off in bounded steps") {
        ScriptRoom(server).use { room ->
            (1..5_000).chunked(1000).forEach { ids ->
                room.redis("LPUSH", Keys.pending(QUEUE), *ids.map { "gone-$it" }.toTypedArray())
            }
            room.pending("a")
            var calls = 0
            while (room.list(Keys.active(QUEUE)).isEmpty()) {
                val left = room.list(Keys.pending(QUEUE)).size
                room.fetch(QUEUE to 3)
                left - room.list(Keys.pending(QUEUE)).size shouldBeLessThan 1_100
                calls++ shouldBeLessThan 10
            }
        }
    }

    listOf(Keys.pending(QUEUE), Keys.active(QUEUE), Keys.lease(QUEUE)).forEach { foreign ->
        test("where something else lies under $foreign, that queue loses nothing, and the others give") {
            ScriptRoom(server).use { room ->
                if (foreign != Keys.pending(QUEUE)) room.pending("a")
                room.redis("SET", foreign, "foreign")
                room.pending("x", "y", queue = OTHER)
                val before = room.all().filterKeys { OTHER !in it }

                val (trouble, given) = room.fetch(QUEUE to 1, OTHER to 2)
                trouble shouldHaveSize 2
                trouble[0] shouldBe 1L
                trouble[1].shouldBeInstanceOf<String>() shouldContain "WRONGTYPE"
                given shouldBe took(2, "x", "y")
                room.all().filterKeys { OTHER !in it } shouldContainExactly before
            }
        }
    }
})
