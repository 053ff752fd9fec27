package io.asynq4j.redis

import io.asynq4j.client.TaskClient
import io.asynq4j.inspect.Inspector
import io.asynq4j.redis.keys.Keys
import io.asynq4j.spi.AggregationSet
import io.asynq4j.spi.Change
import io.asynq4j.spi.GroupTrigger
import io.asynq4j.spi.Inspection
import io.asynq4j.spi.PeriodicEntry
import io.asynq4j.spi.Placement
import io.asynq4j.spi.Shelf
import io.asynq4j.spi.TaskMessage
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.task.Task
import io.asynq4j.task.TaskState
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.time.Duration
import java.util.concurrent.CompletionStage

private const val QUEUE = "default"
private val PENDING = Shelf.of(QUEUE, TaskState.PENDING)
private val ARCHIVED = Shelf.of(QUEUE, TaskState.ARCHIVED)

private fun <T> CompletionStage<T>.answer(): T = toCompletableFuture().join()

private fun RedisFixture.keys() = redis("KEYS", "*").items().map { it.text() }.toSet()

/** Pending tasks t0, t1, and so on, of which t0 runs first. */
private fun RedisFixture.pending(count: Int) {
    redis("SADD", Keys.QUEUES, QUEUE)
    (0 until count step 1_000).forEach { first ->
        redis("EVAL", FILL, 0, first, minOf(count, first + 1_000) - 1, Keys.prefix(QUEUE))
    }
}

private val FILL = """
    for n = ARGV[1], ARGV[2] do
      local id = 't' .. n
      local msg = '\n\1t\26' .. string.char(#id) .. id .. '\34\7default'
      redis.call('HSET', ARGV[3] .. 't:' .. id, 'msg', msg, 'state', 'pending', 'pending_since', n + 1)
      redis.call('LPUSH', ARGV[3] .. 'pending', id)
    end
""".trimIndent()

private fun message(id: String) = byteArrayOf(0x0a, 1, 't'.code.toByte(), 0x1a, id.length.toByte()) + id.toByteArray() +
    byteArrayOf(0x22, QUEUE.length.toByte()) + QUEUE.toByteArray()

/** What a look into Redis and a change by hand do beside what every broker promises. */
class InspectionRedisTest : FunSpec({
    val server = RedisForTests.start()
    afterSpec { server.close() }

    fun room(name: String, body: RedisFixture.() -> Unit) = test(name) { RedisFixture(server).use(body) }

    room("what lies in the place of a queue's tasks, and is of another type, goes with the queue") {
        redis("SADD", Keys.QUEUES, QUEUE)
        redis("SET", Keys.scheduled(QUEUE), "text")
        redis("HSET", Keys.pending(QUEUE), "field", "value")
        redis("SADD", Keys.groups(QUEUE), "g")
        redis("SET", Keys.group(QUEUE, "g"), "text")
        broker().inspection().remove(QUEUE, true, 10, now()).answer() shouldBe Inspection.Removal(0, true)
        keys().shouldBeEmpty()
    }

    room(
        "a queue whose name has braces, as Go programs can give it, is looked at, changed and removed like any other",
    ) {
        val queue = "tenant{7}"
        val placements = (0..3).map { n ->
            val message = TaskMessage.of("t", Payload.none(), Options.defaults().taskId("t$n")).withQueue(queue)
            Placement(message, TaskState.PENDING, now(), null)
        }
        broker().submit(placements).answer()
        val inspector = Inspector.of(broker())
        inspector.queues() shouldContainExactly listOf(queue)
        inspector.archive(queue, "t0")
        inspector.move(queue, "t1", "other")
        inspector.queue(queue).run { count(TaskState.PENDING) to count(TaskState.ARCHIVED) } shouldBe (2L to 1L)
        inspector.removeQueue(queue, true) shouldBe 3
        inspector.queues() shouldContainExactly listOf("other")
        keys().filter { "tenant" in it }.shouldBeEmpty()
    }

    room("a queue that was removed has left no key at all, whatever it held") {
        val client = TaskClient.of(broker())
        listOf(
            Options.defaults().taskId("pending").uniqueFor(Duration.ofHours(1)),
            Options.defaults().taskId("scheduled").processIn(Duration.ofHours(1)),
            Options.defaults().taskId("member").group("g").uniqueFor(Duration.ofHours(1)).uniqueKey("m"),
            Options.defaults().taskId("staged").group("staged").uniqueFor(Duration.ofHours(1)).uniqueKey("s"),
        ).forEach { client.enqueue(Task.of("type", Payload.ofUtf8("payload")), it) }
        broker().stage(AggregationSet.of(QUEUE, "staged", "set", now()), GroupTrigger(1, 0, 1), now())
        listOf("retry", "archived", "completed").forEach { state ->
            redis("HSET", Keys.task(QUEUE, state), "msg", message(state), "state", state)
            redis("ZADD", Keys.prefix(QUEUE) + state, now().epochSecond + 60, state)
        }
        redis("ZADD", Keys.aggregated(QUEUE), 1, Keys.aggregated(QUEUE, "old"))
        redis("ZADD", Keys.aggregated(QUEUE, "old"), 1, "leftover")
        redis("HSET", Keys.task(QUEUE, "leftover"), "msg", message("leftover"), "state", "aggregating")
        redis("SADD", Keys.groups(QUEUE), "ghost")
        redis("ZADD", Keys.lease(QUEUE), 1, "leftover")
        (0L..90L).forEach { back ->
            redis("SET", Keys.processed(QUEUE, now().minus(Duration.ofDays(back))), 1)
            redis("SET", Keys.failed(QUEUE, now().minus(Duration.ofDays(back))), 1)
        }
        redis("SET", Keys.processed(QUEUE), 91)
        redis("SET", Keys.failed(QUEUE), 91)
        pause(QUEUE)
        broker().joinPeriodic(listOf(PeriodicEntry(QUEUE, "entry", "hourly", Duration.ofDays(1))), now())
        val queue = keys().filter { it.startsWith(Keys.prefix(QUEUE)) }
        queue.map { it.removePrefix(Keys.prefix(QUEUE)).substringBefore(':') }.toSet() shouldBe setOf(
            "pending", "scheduled", "retry", "archived", "completed", "lease", "groups", "g", "t", "unique", "paused",
            "aggregation_sets", "aggregated", "processed", "failed", "periodic",
        )
        Inspector.of(broker()).removeQueue(QUEUE, true) shouldBe 8 // with the leftover, which was a task once
        keys().shouldBeEmpty()
    }

    room(
        "a removal that is refused half-way leaves the queue to those who work on it, and paused only where a person wants that",
    ) {
        listOf(false, true).forEach { byHand ->
            if (byHand) pause(QUEUE)
            redis("SADD", Keys.QUEUES, QUEUE)
            redis("ZADD", Keys.aggregated(QUEUE), 1, Keys.aggregated(QUEUE, "old"))
            (0 until 150).forEach { redis("ZADD", Keys.aggregated(QUEUE, "old"), 1, "leftover-$it") }
            broker().inspection().remove(QUEUE, false, 100, now()).answer() shouldBe Inspection.Removal(100, false)
            redis("EXISTS", Keys.paused(QUEUE)).integer() shouldBe 1
            pending(1)
            runCatching { broker().inspection().remove(QUEUE, false, 100, now()).answer() }.isFailure shouldBe true
            redis("EXISTS", Keys.paused(QUEUE)).integer() shouldBe if (byHand) 1 else 0
            redis("LLEN", Keys.pending(QUEUE)).integer() shouldBe 1
            redis("DEL", Keys.pending(QUEUE), Keys.task(QUEUE, "t0"))
        }
    }

    room("a listing of thousands that have one score goes on exactly behind the last one, be it there or not") {
        redis("SADD", Keys.QUEUES, QUEUE)
        val ids = (0 until 3_000).map { "t$it" }
        ids.forEach {
            redis("HSET", Keys.task(QUEUE, it), "msg", message(it), "state", "archived")
            redis("ZADD", Keys.archived(QUEUE), 7, it)
        }
        val inspection = broker().inspection()
        val sorted = ids.sorted()
        val first = inspection.listFrom(ARCHIVED, null, 1_000, now()).answer()
        first.tasks().map { it.id() } shouldBe sorted.take(1_000)
        inspection.change(QUEUE, sorted.subList(900, 1_001), Change.DELETE, now()).answer()
        val next = inspection.listFrom(ARCHIVED, first.next(), 1_000, now()).answer()
        next.tasks().map { it.id() } shouldBe sorted.subList(1_001, 2_001)
        inspection.listFrom(ARCHIVED, next.next(), 1_000, now()).answer().let {
            it.tasks().map { task -> task.id() } shouldBe sorted.drop(2_001)
            it.next() shouldBe null
        }
    }

    room("a listing of a long list is found again, however many were taken from its front") {
        pending(30_000)
        val inspection = broker().inspection()
        var listing = inspection.listFrom(PENDING, null, 1_000, now()).answer()
        repeat(24) { listing = inspection.listFrom(PENDING, listing.next(), 1_000, now()).answer() }
        listing.tasks().last().id() shouldBe "t24999"
        redis("LTRIM", Keys.pending(QUEUE), 0, -24_001) // of 25,000 that were passed
        inspection.listFrom(PENDING, listing.next(), 2, now()).answer().tasks().map { it.id() } shouldBe
            listOf("t25000", "t25001")
    }

    room("a cursor that no listing has made is refused with the rule") {
        pending(3)
        val inspection = broker().inspection()
        val long = "1 " + " " + "1:a".repeat(1_002)
        mapOf(
            "" to "begins with a number",
            "x" to "begins with a number",
            "-1  " to "begins with a number",
            "1" to "begins with a number",
            "1 2" to "score comes second",
            "1 1e5 1:a" to "of another kind",
            "1  5:a" to "as long as it says",
            "1  a" to "its length before it",
            "1  99999999999:a" to "its length before it",
            "9".repeat(16) + "  1:a" to "begins with a number",
            long to "at most 1001",
        ).forEach { (cursor, rule) ->
            shouldThrow<IllegalArgumentException> {
                inspection.listFrom(PENDING, cursor, 1, now())
            }.message shouldContain
                rule
        }
        shouldThrow<IllegalArgumentException> {
            inspection.listFrom(ARCHIVED, "1 nan 1:a", 1, now())
        }.message shouldContain
            "a score is a number"
        shouldThrow<IllegalArgumentException> { inspection.listFrom(ARCHIVED, "1 1 ", 1, now()) }.message shouldContain
            "goes with one task"
    }

    room("a cursor far behind the end of a list is looked for in that list only, and then from the start") {
        pending(3)
        redis("CONFIG", "RESETSTAT")
        broker().inspection().listFrom(PENDING, "9".repeat(15) + "  2:xx", 2, now()).answer().tasks()
            .map { it.id() } shouldBe listOf("t0", "t1")
        val calls = Regex("cmdstat_evalsha?:calls=(\\d+)").findAll(redis("INFO", "commandstats").text())
            .sumOf { it.groupValues[1].toInt() }
        calls shouldBeLessThan 5
    }

    room("tasks of a long list are changed some at a time, each with its outcome") {
        pending(60_000)
        val ids = (0 until 10).map { "t${it * 6_000}" } + listOf("none", "t59999")
        broker().inspection().change(QUEUE, ids, Change.DELETE, now()).answer() shouldBe
            List(10) { Change.Outcome.DONE } + Change.Outcome.NOT_FOUND + Change.Outcome.DONE
        redis("LLEN", Keys.pending(QUEUE)).integer() shouldBe 59_989
    }

    room("a task that is not where its record says is left as it is") {
        redis("SADD", Keys.QUEUES, QUEUE)
        listOf("pending", "scheduled", "retry", "completed", "aggregating", "weird").forEach { state ->
            redis("HSET", Keys.task(QUEUE, state), "msg", message(state), "state", state, "group", "g")
        }
        val before = keys()
        Change.values().forEach { change ->
            val ids = listOf("scheduled", "retry", "completed", "aggregating", "weird") +
                if (change == Change.RUN) emptyList() else listOf("pending")
            broker().inspection().change(QUEUE, ids, change, now()).answer().toSet() shouldBe
                setOf(Change.Outcome.WRONG_STATE)
        }
        keys() shouldBe before
    }

    room("nothing is taken out for an archive that cannot take it") {
        pending(2)
        redis("SET", Keys.archived(QUEUE), "foreign")
        val inspection = broker().inspection()
        runCatching { inspection.change(QUEUE, listOf("t0"), Change.ARCHIVE, now()).answer() }.isFailure shouldBe true
        runCatching { inspection.changeAll(PENDING, Change.ARCHIVE, 2, now()).answer() }.isFailure shouldBe true
        redis("LLEN", Keys.pending(QUEUE)).integer() shouldBe 2
        redis("HGET", Keys.task(QUEUE, "t0"), "state").text() shouldBe "pending"
    }

    room("an archive that overflows by hand deletes the hashes and locks of those that go, never the task that comes") {
        redis("SADD", Keys.QUEUES, QUEUE)
        (0 until 10_000).forEach {
            redis(
                "HSET",
                Keys.task(QUEUE, "z$it"),
                "msg",
                message("z$it"),
                "state",
                "archived",
                "unique_key",
                "lock-$it",
            )
            redis("ZADD", Keys.archived(QUEUE), now().epochSecond, "z$it")
        }
        redis("SET", "lock-0", "z0")
        pending(1)
        broker().inspection().change(QUEUE, listOf("t0"), Change.ARCHIVE, now()).answer() shouldContainExactly
            listOf(Change.Outcome.DONE)
        redis("ZCARD", Keys.archived(QUEUE)).integer() shouldBe 10_000
        redis("HGET", Keys.task(QUEUE, "t0"), "state").text() shouldBe "archived"
        redis("EXISTS", Keys.task(QUEUE, "z0"), "lock-0").integer() shouldBe 0
    }

    room("an archive is not trimmed for a task that does not come") {
        redis("SADD", Keys.QUEUES, QUEUE)
        (0 until 10_050).chunked(500).forEach { some ->
            redis("ZADD", Keys.archived(QUEUE), *some.flatMap { listOf(now().epochSecond, "z$it") }.toTypedArray<Any>())
        }
        broker().inspection().change(QUEUE, listOf("nobody"), Change.ARCHIVE, now()).answer() shouldContainExactly
            listOf(Change.Outcome.NOT_FOUND)
        redis("ZCARD", Keys.archived(QUEUE)).integer() shouldBe 10_050
    }

    room("a task that is run by hand says since when it is pending, and one that is archived does not any more") {
        redis("SADD", Keys.QUEUES, QUEUE)
        listOf("one", "two").forEach {
            redis("HSET", Keys.task(QUEUE, it), "msg", message(it), "state", "archived")
            redis("ZADD", Keys.archived(QUEUE), 7, it)
        }
        val inspection = broker().inspection()
        inspection.change(QUEUE, listOf("one"), Change.RUN, now()).answer()
        inspection.changeAll(ARCHIVED, Change.RUN, 9, now()).answer()
        val nanos = "${now().epochSecond}000000000"
        listOf("one", "two").forEach { redis("HGET", Keys.task(QUEUE, it), "pending_since").text() shouldBe nanos }
        inspection.change(QUEUE, listOf("one"), Change.ARCHIVE, now()).answer()
        inspection.changeAll(PENDING, Change.ARCHIVE, 9, now()).answer()
        listOf("one", "two").forEach {
            redis("HEXISTS", Keys.task(QUEUE, it), "pending_since").integer() shouldBe 0
        }
    }

    room("locks of tasks that are deleted by hand are released, but those that others hold") {
        redis("SADD", Keys.QUEUES, QUEUE)
        val ids = listOf("a", "b", "c", "d")
        ids.forEach {
            redis("HSET", Keys.task(QUEUE, it), "msg", message(it), "state", "pending", "unique_key", "lock-$it")
            redis("LPUSH", Keys.pending(QUEUE), it)
            redis("SET", "lock-$it", if (it == "b" || it == "d") "other" else it)
        }
        val inspection = broker().inspection()
        inspection.change(QUEUE, listOf("a", "b"), Change.DELETE, now()).answer()
        inspection.changeAll(PENDING, Change.DELETE, 9, now()).answer()
        keys() shouldBe setOf(Keys.QUEUES, "lock-b", "lock-d")
    }

    room("looking at servers that are long gone, at an expired lease and at a lost task changes nothing") {
        redis("SADD", Keys.QUEUES, QUEUE)
        redis("ZADD", Keys.SERVERS, 1, "asynq:servers:{gone}")
        redis("ZADD", Keys.WORKERS, 1, "asynq:workers:{gone}")
        redis("ZADD", Keys.SCHEDULERS, 1, "asynq:schedulers:{gone}")
        redis("LPUSH", Keys.pending(QUEUE), "lost")
        redis("LPUSH", Keys.active(QUEUE), "lost")
        redis("ZADD", Keys.lease(QUEUE), 1, "lost")
        val before = keys().associateWith { redis("DUMP", it).text() }
        val inspector = Inspector.of(broker())
        inspector.servers().shouldBeEmpty()
        inspector.schedulerEntries().shouldBeEmpty()
        inspector.queue(QUEUE).count(TaskState.PENDING) shouldBe 1
        (inspector.memoryUsage(QUEUE) > 0) shouldBe true
        TaskState.values().filter { it != TaskState.AGGREGATING }
            .forEach { inspector.stream(Shelf.of(QUEUE, it)).toList().shouldBeEmpty() }
        before.keys.shouldNotBeEmpty()
        keys().associateWith { redis("DUMP", it).text() } shouldBe before
    }

    room("a payload that somebody else has changed meanwhile is read again, and fields that nobody knows are kept") {
        redis("SADD", Keys.QUEUES, QUEUE)
        val unknown = byteArrayOf(0xa2.toByte(), 0x06, 1, 'x'.code.toByte()) // field 100
        redis("HSET", Keys.task(QUEUE, "s"), "msg", message("s") + unknown, "state", "scheduled")
        redis("ZADD", Keys.scheduled(QUEUE), 7, "s")
        broker().inspection().replacePayload(QUEUE, "s", Payload.ofUtf8("new"), false, now()).answer() shouldBe
            Change.Outcome.DONE
        val stored = redis("HGET", Keys.task(QUEUE, "s"), "msg").bytes()
        String(stored) shouldContain "new"
        stored.takeLast(4) shouldBe unknown.toList()
    }
})
