package io.asynq4j.redis

import io.asynq4j.redis.ScriptRoom.Companion.QUEUE
import io.asynq4j.redis.keys.Keys
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.maps.shouldBeEmpty
import io.kotest.matchers.maps.shouldContain
import io.kotest.matchers.maps.shouldNotContainKey
import io.kotest.matchers.shouldBe
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit

private const val WEEK = 604_800L
private const val PERMITS = "asynq:sema:mail-api"

private fun ScriptRoom.cancel(id: String) =
    run(Scripts.CANCEL, listOf(Keys.task(QUEUE, id)), listOf("ours", "{$QUEUE}$id", "theirs", id))

private fun ScriptRoom.write(id: String, attempt: String) =
    run(Scripts.WRITE_RESULT, listOf(Keys.task(QUEUE, id)), listOf(attempt, "result"))

private fun ScriptRoom.acquire(holder: String, permits: Int, expiry: Long, now: Long) =
    run(Scripts.ACQUIRE_PERMIT, listOf(PERMITS), listOf(holder, permits, expiry, now, WEEK))

class HandlerScriptsRedisTest : FunSpec({
    val server = RedisForTests.start()
    afterSpec { server.close() }

    test("cancelling marks the attempt under way by its name") {
        ScriptRoom(server).use { room ->
            room.active("a", "attempt-1")
            room.cancel("a") shouldBe 1L
            room.task("a") shouldContain ("cancel" to "attempt-1")
        }
    }

    test("cancelling an attempt of a Go worker, which has no name, leaves its hash as it is") {
        ScriptRoom(server).use { room ->
            room.active("a", null)
            room.cancel("a") shouldBe 1L
            room.task("a") shouldNotContainKey "cancel"
        }
    }

    test("cancelling what is not active, gone or of a foreign type changes nothing") {
        ScriptRoom(server).use { room ->
            room.pending("waits")
            room.redis("SET", Keys.task(QUEUE, "foreign"), "x")
            val before = room.all()
            listOf("waits", "gone", "foreign").forEach { room.cancel(it) shouldBe 0L }
            room.all() shouldBe before
        }
    }

    test("cancelling tells those who listen to the queue and id first, and to the id then") {
        ScriptRoom(server).use { room ->
            val heard = LinkedBlockingQueue<String>()
            RespSubscriptions(room.redis.another()).use { listening ->
                listOf("theirs", "ours").forEach { channel -> listening.add(channel) { heard += "$channel: $it" } }
                room.cancel("a")
                List(2) { heard.poll(10, TimeUnit.SECONDS) } shouldContainExactly listOf("ours: {q}a", "theirs: a")
            }
        }
    }

    test("a result of a task without a record is refused, and makes no hash") {
        ScriptRoom(server).use { room ->
            room.write("gone", "attempt-1") shouldBe 0L
            room.all().shouldBeEmpty()
            room.record("stub", "state" to "active", "attempt" to "attempt-1")
            room.write("stub", "attempt-1") shouldBe 0L
            room.task("stub") shouldNotContainKey "result"
        }
    }

    test("a result of an attempt that a Go worker has taken over since is refused") {
        ScriptRoom(server).use { room ->
            room.active("a", null)
            room.write("a", "attempt-1") shouldBe 0L
            room.task("a") shouldNotContainKey "result"
        }
    }

    test("a semaphore's key ends a week after the last permit in it") {
        ScriptRoom(server).use { room ->
            val now = System.currentTimeMillis() / 1000
            room.acquire("a", 5, now + 100, now) shouldBe 1L
            (room.redis("TTL", PERMITS).integer() - WEEK - 100 in -3L..0L) shouldBe true
            room.acquire("b", 5, now + 50, now) shouldBe 1L
            (room.redis("TTL", PERMITS).integer() - WEEK - 100 in -3L..0L) shouldBe true
            room.zset(PERMITS) shouldBe mapOf("b" to now + 50, "a" to now + 100)
        }
    }

    test("a permit that Go took for longer than any of ours outlives them") {
        ScriptRoom(server).use { room ->
            val now = System.currentTimeMillis() / 1000
            room.acquire("ours", 2, now + 1, now)
            room.redis("ZADD", PERMITS, now + 3_600, "theirs") // which sets no end of the key
            (room.redis("TTL", PERMITS).integer() > 3_600) shouldBe true
            room.acquire("ours", 1, now + 10, now + 5) shouldBe 0L
        }
    }

    test("a permit for as long as there is, is taken") {
        ScriptRoom(server).use { room ->
            room.acquire("a", 1, 1_000_000_000_000, 1_700_000_000) shouldBe 1L
            room.zset(PERMITS) shouldBe mapOf("a" to 1_000_000_000_000)
        }
    }
})
