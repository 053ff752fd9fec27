package io.asynq4j.redis

import io.asynq4j.redis.ScriptRoom.Companion.QUEUE
import io.asynq4j.redis.keys.Keys
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.longs.shouldBeInRange
import io.kotest.matchers.maps.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain

private const val LOCK = "asynq:{q}:unique:type:md5"

private fun new(state: String, id: String, at: Long, lock: String = "", group: String = ""): List<Any> =
    listOf(state, id, "message of $id", at, lock, if (lock.isEmpty()) "" else 60, group)

private fun plain(id: String, at: Long): List<Any> = listOf("", id, "message of $id", at)

private fun ScriptRoom.submit(vararg tasks: List<Any>): Any? = run(
    Scripts.SUBMIT,
    listOf(Keys.pending(QUEUE), Keys.scheduled(QUEUE), Keys.groups(QUEUE)),
    listOf(Keys.taskPrefix(QUEUE), Keys.groupPrefix(QUEUE)) + tasks.flatMap { it },
)

class SubmitScriptRedisTest : FunSpec({
    val server = RedisForTests.start()
    afterSpec { server.close() }

    test("a pending task is a hash and an id on the left of the list") {
        ScriptRoom(server).use { room ->
            room.submit(new("pending", "a", 7), new("pending", "b", 8)) shouldBe listOf(1L, 1L)
            room.all() shouldContainExactly mapOf(
                "asynq:{q}:pending" to listOf("b", "a"),
                "asynq:{q}:t:a" to mapOf("msg" to "message of a", "state" to "pending", "pending_since" to "7"),
                "asynq:{q}:t:b" to mapOf("msg" to "message of b", "state" to "pending", "pending_since" to "8"),
            )
        }
    }

    test("plain tasks are pending ones, in their order among others") {
        ScriptRoom(server).use { room ->
            val tasks = listOf(plain("a", 7), plain("b", 8), new("pending", "c", 8, LOCK), plain("d", 9))
            room.submit(*tasks.toTypedArray()) shouldBe List(4) { 1L }
            room.list(Keys.pending(QUEUE)) shouldContainExactly listOf("d", "c", "b", "a")
            listOf("a" to "7", "b" to "8", "d" to "9").forEach { (id, since) ->
                room.task(id) shouldContainExactly
                    mapOf("msg" to "message of $id", "state" to "pending", "pending_since" to since)
            }
        }
    }

    test("of plain tasks each one whose id is taken is refused, and no other") {
        ScriptRoom(server).use { room ->
            room.record("b", "result" to "of a task deleted long ago")
            room.submit(plain("a", 7), plain("b", 7), plain("c", 7), plain("a", 8)) shouldBe listOf(1L, 0L, 1L, 0L)
            room.list(Keys.pending(QUEUE)) shouldContainExactly listOf("c", "a")
            room.task("a")["pending_since"] shouldBe "7"
            room.task("b") shouldContainExactly mapOf("result" to "of a task deleted long ago")
            room.submit(plain("d", 7), plain("d", 8)) shouldBe listOf(1L, 0L)
            room.task("d")["pending_since"] shouldBe "7"
        }
    }

    test("plain tasks leave nothing where something else lies under pending") {
        ScriptRoom(server).use { room ->
            room.redis("SET", Keys.pending(QUEUE), "foreign")
            val before = room.all()
            shouldThrow<IllegalStateException> { room.submit(plain("a", 7), plain("b", 7)) }.message!! shouldContain
                "WRONGTYPE"
            room.all() shouldContainExactly before
        }
    }

    test("a scheduled task is a hash and an id by its time") {
        ScriptRoom(server).use { room ->
            room.submit(new("scheduled", "a", 7)) shouldBe listOf(1L)
            room.all() shouldContainExactly mapOf(
                "asynq:{q}:scheduled" to mapOf("a" to 7L),
                "asynq:{q}:t:a" to mapOf("msg" to "message of a", "state" to "scheduled"),
            )
        }
    }

    test("a scheduled task of a group knows its group, and the queue knows it too (W18, defect 4.11)") {
        ScriptRoom(server).use { room ->
            room.submit(new("scheduled", "a", 7, group = "g")) shouldBe listOf(1L)
            room.all() shouldContainExactly mapOf(
                "asynq:{q}:groups" to setOf("g"),
                "asynq:{q}:scheduled" to mapOf("a" to 7L),
                "asynq:{q}:t:a" to mapOf("msg" to "message of a", "state" to "scheduled", "group" to "g"),
            )
        }
    }

    test("a task of a group is a hash, an id by when it joined, and the group's name") {
        ScriptRoom(server).use { room ->
            room.submit(new("aggregating", "a", 7, group = "g")) shouldBe listOf(1L)
            room.all() shouldContainExactly mapOf(
                "asynq:{q}:g:g" to mapOf("a" to 7L),
                "asynq:{q}:groups" to setOf("g"),
                "asynq:{q}:t:a" to mapOf("msg" to "message of a", "state" to "aggregating", "group" to "g"),
            )
        }
    }

    listOf("pending", "scheduled", "aggregating").forEach { state ->
        val group = if (state == "aggregating") "g" else ""

        test("a $state task with a lock holds it for its time, and its hash names it (W20, defect 4.8)") {
            ScriptRoom(server).use { room ->
                room.submit(new(state, "a", 7, LOCK, group)) shouldBe listOf(1L)
                room.task("a")["unique_key"] shouldBe LOCK
                room.get(LOCK) shouldBe "a"
                room.redis("TTL", LOCK).integer() shouldBeInRange 55L..60L
            }
        }

        test("a $state task whose id is taken is refused and leaves no lock (W5, defect 4.5)") {
            ScriptRoom(server).use { room ->
                room.pending("a")
                val before = room.all()
                room.submit(new(state, "a", 7, LOCK, group)) shouldBe listOf(0L)
                room.all() shouldContainExactly before
            }
        }

        test("a $state task whose lock is held is refused as that, also when its id is taken") {
            ScriptRoom(server).use { room ->
                room.pending("a")
                room.redis("SET", LOCK, "somebody")
                val before = room.all()
                room.submit(new(state, "a", 7, LOCK, group), new(state, "b", 7, LOCK, group)) shouldBe listOf(-1L, -1L)
                room.all() shouldContainExactly before
            }
        }
    }

    test("an id is taken by whatever lies under it") {
        ScriptRoom(server).use { room ->
            room.record("a", "result" to "of a task deleted long ago")
            room.redis("SET", Keys.task(QUEUE, "b"), "foreign")
            room.submit(new("pending", "a", 7), new("pending", "b", 7)) shouldBe listOf(0L, 0L)
        }
    }

    test("within one call the first of two tasks wins") {
        ScriptRoom(server).use { room ->
            room.submit(
                new("pending", "a", 7, LOCK),
                new("pending", "a", 7),
                new("scheduled", "b", 7, LOCK),
                new("pending", "c", 7),
            ) shouldBe listOf(1L, 0L, -1L, 1L)
            room.list(Keys.pending(QUEUE)) shouldContainExactly listOf("c", "a")
            room.get(LOCK) shouldBe "a"
        }
    }

    mapOf(
        Keys.pending(QUEUE) to new("pending", "a", 7, LOCK),
        Keys.scheduled(QUEUE) to new("scheduled", "a", 7, LOCK),
        Keys.group(QUEUE, "g") to new("aggregating", "a", 7, LOCK, "g"),
        Keys.groups(QUEUE) to new("aggregating", "a", 7, LOCK, "g"),
    ).forEach { (foreign, task) ->
        test("where something else lies under $foreign, no part of a task is stored") {
            ScriptRoom(server).use { room ->
                room.redis("SET", foreign, "foreign")
                shouldThrow<IllegalStateException> { room.submit(task) }.message!! shouldContain "WRONGTYPE"
                room.exists(Keys.task(QUEUE, "a")) shouldBe false
                room.exists(LOCK) shouldBe false
            }
        }
    }
})
