package io.asynq4j.redis

import io.asynq4j.redis.ScriptRoom.Companion.OTHER
import io.asynq4j.redis.ScriptRoom.Companion.QUEUE
import io.asynq4j.redis.keys.Keys
import io.asynq4j.spi.Demand
import io.asynq4j.spi.Ending
import io.asynq4j.spi.Lease
import io.asynq4j.spi.Placement
import io.asynq4j.spi.Settled
import io.asynq4j.task.BrokerUnavailableException
import io.asynq4j.task.EnqueueOutcome
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.task.Task
import io.asynq4j.task.TaskState
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeInstanceOf

private fun RedisFixture.submit(placements: List<Placement>): List<EnqueueOutcome> =
    broker().submit(placements).toCompletableFuture().join()

private fun RedisFixture.submit(vararg ids: String, queue: String = QUEUE, payload: String = "payload") =
    submit(ids.map { place(it, queue, payload) })

private fun RedisFixture.place(id: String, queue: String = QUEUE, payload: String = "payload"): Placement =
    Placement.of(Task.of("type", Payload.ofUtf8(payload)), Options.defaults().taskId(id).queue(queue), now())

private fun RedisFixture.fetch(count: Int, vararg queues: String = arrayOf(QUEUE)): List<Lease> =
    broker().fetch(Demand(queues.map { Demand.Share(it, count) }, now(), now().plusSeconds(30), "attempt"))

private fun EnqueueOutcome.unavailable(): String =
    shouldBeInstanceOf<EnqueueOutcome.Refused>().reason().shouldBeInstanceOf<BrokerUnavailableException>().message!!

class RedisBrokerRedisTest : FunSpec({
    val server = RedisForTests.start()
    afterSpec { server.close() }

    test("any number of tasks is submitted in order, each with its own outcome") {
        RedisFixture(server).use { room ->
            room.submit("7", "4321")
            val outcomes = room.submit((0 until 5_000).map { room.place("$it") })
            outcomes.indices.filter { outcomes[it] is EnqueueOutcome.Refused } shouldContainExactly listOf(7, 4321)
            room.fetch(6_000).map { it.id() } shouldBe
                listOf("7", "4321") + (0 until 5_000).map { "$it" }.filterNot { it == "7" || it == "4321" }
        }
    }

    test("a call of the script carries no more than some tasks and some bytes") {
        RedisFixture(server).use { room ->
            fun calls() = room.redis("INFO", "commandstats").text().lines()
                .single { it.startsWith("cmdstat_evalsha:") }.substringAfter("calls=").substringBefore(",").toInt()
            room.submit("warm")
            room.redis("CONFIG", "RESETSTAT")
            room.submit((0 until 1_000).map { room.place("small-$it") })
            calls() shouldBe 5
            room.redis("CONFIG", "RESETSTAT")
            room.submit((0 until 10).map { room.place("big-$it", payload = "x".repeat(400_000)) })
            calls() shouldBe 4
        }
    }

    test("where one queue's keys hold something else, only its own tasks are refused, and the reason says so") {
        RedisFixture(server).use { room ->
            room.redis("SET", Keys.pending(OTHER), "foreign")
            val outcomes = room.submit(listOf(room.place("a"), room.place("b", OTHER), room.place("c")))
            outcomes[0].shouldBeInstanceOf<EnqueueOutcome.Accepted>()
            outcomes[2].shouldBeInstanceOf<EnqueueOutcome.Accepted>()
            outcomes[1].unavailable().let {
                it shouldContain "WRONGTYPE"
                it shouldContain "a key that asynq uses holds something else"
            }
            room.fetch(3, OTHER, QUEUE).map { it.id() } shouldContainExactly listOf("a", "c")
        }
    }

    test("a Redis that takes no writes says why, in words for people and without payloads") {
        RedisFixture(server).use { room ->
            room.submit("a", "waiting")
            val lease = room.fetch(1).single()
            fun refusals() = room.submit("b", payload = "secret").single().unavailable() to
                shouldThrow<BrokerUnavailableException> { room.fetch(1) }.message!!
            try {
                room.redis("REPLICAOF", "127.0.0.1", 1)
                refusals().toList().forAll {
                    it shouldContain "READONLY"
                    it shouldContain "this Redis is a replica, and tasks need the primary"
                    it shouldNotContain "secret"
                }
                room.broker().settle(listOf(Ending.Done(lease)), room.now()) shouldBe listOf(Settled.UNKNOWN)
            } finally {
                room.redis("REPLICAOF", "NO", "ONE")
            }
            try {
                room.redis("CONFIG", "SET", "maxmemory", 1)
                refusals().first.let {
                    it shouldContain "OOM"
                    it shouldContain "Redis has reached its maxmemory"
                    it shouldNotContain "secret"
                }
            } finally {
                room.redis("CONFIG", "SET", "maxmemory", 0)
            }
            room.broker().settle(listOf(Ending.Done(lease)), room.now()) shouldBe listOf(Settled.WRITTEN)
        }
    }

    test("a Redis user who may not touch tasks loses none") {
        RedisFixture(server).use { room ->
            room.submit("pending", "active", "due")
            room.redis("LREM", Keys.pending(QUEUE), 0, "active")
            room.redis("LREM", Keys.pending(QUEUE), 0, "due")
            room.redis("ZADD", Keys.scheduled(QUEUE), 1, "due")
            room.redis("LPUSH", Keys.active(QUEUE), "active")
            room.redis("ZADD", Keys.lease(QUEUE), 1, "active")
            val demand = Demand(listOf(Demand.Share(OTHER, 1)), room.now(), room.now().plusSeconds(30), "attempt")
            room.submit("running", queue = OTHER)
            val running = room.broker().fetch(demand)
            val lists = listOf("pending", "paused", "active", "lease", "scheduled", "retry", "groups") +
                listOf("archived", "completed", "processed*", "failed*")
            val keys = listOf(QUEUE, OTHER).flatMap {
                lists.map { list -> "~" + Keys.prefix(it) + list }
            }.toTypedArray()
            room.redis("ACL", "SETUSER", "lists", "on", ">secret", "+@all", *keys)
            val connection = RespConnection(server.host(), server.port()).apply { this("AUTH", "lists", "secret") }

            RedisBroker.over(RespPort(connection)).use { broker ->
                shouldThrow<BrokerUnavailableException> {
                    broker.fetch(Demand(listOf(Demand.Share(QUEUE, 1)), room.now(), room.now(), "attempt"))
                }
                shouldThrow<BrokerUnavailableException> { broker.fetched(demand) }
                shouldThrow<BrokerUnavailableException> { broker.extend(running, room.now().plusSeconds(60)) }
                broker.settle(running.map { Ending.Done(it) }, room.now()) shouldBe listOf(Settled.BLOCKED)
                shouldThrow<BrokerUnavailableException> { broker.forward(QUEUE, room.now(), 10) }
                shouldThrow<BrokerUnavailableException> { broker.expired(QUEUE, room.now(), 10) }
                room.redis("ZREM", Keys.lease(QUEUE), "active")
                shouldThrow<BrokerUnavailableException> { broker.repair(QUEUE, room.now(), 10) }
            }
            room.redis("LRANGE", Keys.pending(QUEUE), 0, -1).plain shouldBe listOf("pending")
            room.redis("LRANGE", Keys.active(QUEUE), 0, -1).plain shouldBe listOf("active")
            room.redis("ZRANGE", Keys.scheduled(QUEUE), 0, -1).plain shouldBe listOf("due")
            room.broker().settle(running.map { Ending.Done(it) }, room.now()) shouldBe listOf(Settled.WRITTEN)
        }
    }

    test("a Redis that is gone refuses every task of a submission, and settles nothing") {
        RedisForTests.start().use { own ->
            RedisFixture(own).use { room ->
                room.submit("a")
                val lease = room.fetch(1).single()
                own.stop()
                room.submit("b", "c").forAll { it.unavailable() shouldContain "no answer from Redis" }
                room.broker().settle(listOf(Ending.Done(lease)), room.now()) shouldBe listOf(Settled.UNKNOWN)
                shouldThrow<BrokerUnavailableException> { room.fetch(1) }
                shouldThrow<BrokerUnavailableException> { room.broker().forward(QUEUE, room.now(), 10) }
                shouldThrow<BrokerUnavailableException> { room.broker().ping() }
            }
        }
    }

    test("a message that cannot be read is archived as it is, and the fetch goes on") {
        RedisFixture(server).use { room ->
            room.submit("garbage", "of another", "a")
            room.redis("HSET", Keys.task(QUEUE, "garbage"), "msg", "\u007F not a message")
            val other = room.redis("HGET", Keys.task(QUEUE, "a"), "msg").bytes()
            room.redis("HSET", Keys.task(QUEUE, "of another"), "msg", other)

            room.fetch(3).map { it.id() } shouldContainExactly listOf("a")
            val archived = room.redis("ZRANGE", Keys.archived(QUEUE), 0, -1, "WITHSCORES").items().map { it.text() }
            archived.chunked(2).map { it[0] to it[1].toLong() } shouldContainExactly
                listOf("garbage" to room.now().epochSecond, "of another" to room.now().epochSecond)
            room.redis("HGET", Keys.task(QUEUE, "garbage"), "msg").text() shouldBe "\u007F not a message"
            room.redis("HGET", Keys.task(QUEUE, "garbage"), "set_aside").text() shouldContain "cannot be read"
            room.redis("HGET", Keys.task(QUEUE, "of another"), "set_aside").text() shouldContain "another task"
            room.view().active(QUEUE).map { it.id() } shouldContainExactly listOf("a")
        }
    }

    test("an expired lease of a message that cannot be read is archived, and the others are listed (W8)") {
        RedisFixture(server).use { room ->
            room.submit("garbage", "a")
            room.fetch(2)
            room.redis("HSET", Keys.task(QUEUE, "garbage"), "msg", "\u007F not a message")
            val cutoff = room.now().plusSeconds(60)
            room.broker().expired(QUEUE, cutoff, 10).leases().map { it.id() } shouldContainExactly listOf("a")
            room.redis("ZRANGE", Keys.archived(QUEUE), 0, -1).items().map { it.text() } shouldContainExactly
                listOf("garbage")
        }
    }

    listOf(9_998 to 9_999, 9_999 to 10_000, 10_000 to 10_000, 10_001 to 10_000).forEach { (before, after) ->
        test("an archive of $before tasks has $after after one more") {
            RedisFixture(server).use { room ->
                room.fillArchive(before, room.now().epochSecond - 1000)
                room.submit("a")
                room.broker().settle(listOf(Ending.Archived(room.fetch(1).single(), "boom")), room.now())
                room.redis("ZCARD", Keys.archived(QUEUE)).integer() shouldBe after
                room.redis("KEYS", Keys.taskPrefix(QUEUE) + "*").items().size shouldBe after
                room.redis("HGET", Keys.task(QUEUE, "a"), "state").text() shouldBe "archived"
            }
        }
    }

    test("an archive of which 9,000 tasks are too old has only the new one after one more (W2, defect 4.3)") {
        RedisFixture(server).use { room ->
            room.fillArchive(9_000, room.now().epochSecond - 91L * 24 * 3600)
            room.submit("a")
            room.broker().settle(listOf(Ending.Archived(room.fetch(1).single(), "boom")), room.now()) shouldBe
                listOf(Settled.WRITTEN)
            room.view().tasks(QUEUE, TaskState.ARCHIVED).map { it.id() } shouldContainExactly listOf("a")
            room.redis("KEYS", Keys.taskPrefix(QUEUE) + "*").items().size shouldBe 1
        }
    }

    test("a lock whose name the record makes up is not deleted") {
        RedisFixture(server).use { room ->
            room.submit("a")
            room.redis("SET", "precious", "a")
            val lease = room.fetch(1).single()
            val forged = Lease(lease.message().withUniqueKey("precious"), lease.attempt(), lease.expiresAt())
            room.broker().settle(listOf(Ending.Done(forged)), room.now()) shouldBe listOf(Settled.WRITTEN)
            room.redis("GET", "precious").text() shouldBe "a"
        }
    }

    test("scripts that Redis has forgotten are sent again") {
        RedisFixture(server).use { room ->
            room.submit("a")
            room.redis("SCRIPT", "FLUSH")
            room.submit("b")
            room.redis("SCRIPT", "FLUSH")
            room.fetch(2).size shouldBeGreaterThan 1
        }
    }
})

private fun RedisFixture.fillArchive(count: Int, score: Long) {
    val fill = "for i = 1, ARGV[1] do local id = 'old-' .. string.format('%05d', i) " +
        "redis.call('ZADD', KEYS[1], ARGV[2], id) redis.call('HSET', ARGV[3] .. id, 'state', 'archived') end"
    redis("EVAL", fill, 1, Keys.archived(QUEUE), count, score, Keys.taskPrefix(QUEUE))
}
