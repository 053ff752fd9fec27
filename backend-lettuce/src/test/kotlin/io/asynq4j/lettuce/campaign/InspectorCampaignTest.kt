package io.asynq4j.lettuce.campaign

import io.asynq4j.inspect.Inspector
import io.asynq4j.inspect.Page
import io.asynq4j.inspect.Progress
import io.asynq4j.inspect.TaskFilter
import io.asynq4j.lettuce.LettuceBroker
import io.asynq4j.redis.RespConnection
import io.asynq4j.redis.campaign.LONGEST_MILLIS
import io.asynq4j.redis.campaign.Scale
import io.asynq4j.spi.Shelf
import io.asynq4j.task.TaskState
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.measureTimedValue

private const val QUEUE = "default"

/** Slower is not allowed for a script. */
private const val SLOW_MICROS = 10_000L

/** Many tasks, and how long Redis was busy with each of the scripts that were about them. */
private class Crowd(server: RedisForTests, private val size: Int) : AutoCloseable {
    private val redis = RespConnection(server.host(), server.port())
    private val broker = LettuceBroker.open(server.uri())
    val inspector: Inspector = Inspector.of(broker)

    private var machine = 0.0

    init {
        redis("CONFIG", "SET", "slowlog-max-len", 100_000)
        redis("CONFIG", "SET", "latency-monitor-threshold", 1)
        redis("SADD", "asynq:queues", QUEUE)
    }

    /** Tasks in one state; each tenth holds a lock. */
    fun fill(state: TaskState) {
        for (first in 0 until size step 500) {
            redis("EVAL", FILL, 0, first, minOf(size, first + 500) - 1, "asynq:{$QUEUE}:", state.word())
        }
    }

    /** How many scripts that do next to nothing take too long, of all: while they wait for a processor, Redis' clock goes on. */
    fun measureMachine() {
        val scripts = 3_000
        machine = 1.0 // whatever comes out
        measured("nothing, for comparison") { repeat(scripts) { redis("EVAL", NOTHING, 0) } }
        machine =
            redis("SLOWLOG", "GET", -1).items().count { it.items()[2].integer() > SLOW_MICROS }.toDouble() / scripts
    }

    /** Does it, and reports what it cost. */
    fun <T> measured(what: String, action: () -> T): T {
        redis("CONFIG", "SET", "slowlog-log-slower-than", 1_000)
        redis("SLOWLOG", "RESET")
        redis("LATENCY", "RESET")
        redis("CONFIG", "RESETSTAT")
        val cpu = cpuMillis()
        val (value, time) = measureTimedValue(action)
        val spent = cpuMillis() - cpu
        val micros = redis("SLOWLOG", "GET", -1).items().map { it.items()[2].integer() }.sorted()
        val latest = redis("LATENCY", "LATEST").items().maxOfOrNull { it.items()[3].integer() } ?: 0
        redis("CONFIG", "SET", "slowlog-log-slower-than", -1)
        val slow = micros.count { it > SLOW_MICROS }
        val stats = redis("INFO", "commandstats").text()
        val scripts = Regex("cmdstat_eval(?:sha)?:calls=(\\d+)").findAll(stats).sumOf { it.groupValues[1].toInt() }
        Scale.report(
            "inspector",
            "what" to what,
            "tasks" to size,
            "seconds" to "%.1f".format(time.inWholeMilliseconds / 1e3),
            "scripts" to scripts,
            "cpu ms each" to "%.2f".format(spent / maxOf(1, scripts)),
            "longest ms" to "%.1f".format((micros.lastOrNull() ?: 0) / 1e3),
            "over 1 ms" to micros.size,
            "over 10 ms" to slow,
            "latency monitor ms" to latest,
        )
        withClue("$what: scripts that took longer than 10 ms, beyond what a busy machine does to any script") {
            slow shouldBeLessThan 6 + ((0.05 + 3 * machine) * scripts).toInt()
        }
        withClue("$what: milliseconds of a processor that one script takes") {
            spent / maxOf(1, scripts) shouldBeLessThan 5.0
        }
        return value
    }

    private fun cpuMillis() = Regex("used_cpu_(?:sys|user):([0-9.]+)").findAll(redis("INFO", "cpu").text())
        .sumOf { it.groupValues[1].toDouble() * 1e3 }

    /** The same, for what tells its progress. */
    fun told(what: String, action: (Progress) -> Long) {
        val told = Told()
        measured(what) { action(told) } shouldBe size.toLong()
        told.check(size)
    }

    fun keys(): List<String> = redis("KEYS", "*").items().map { it.text() }

    override fun close() {
        broker.close()
        redis.close()
    }

    private companion object {
        const val NOTHING = "for n = 1, 1000 do redis.call('HMGET', 'asynq:none', 'a', 'b', 'c') end"

        val FILL = """
            for n = ARGV[1], ARGV[2] do
              local id = string.format('%036d', n)
              local msg = '\n\10email:send\18\19{"user_id": 123456}\26\36' .. id .. '\34\7default\40\25'
              local task = ARGV[3] .. 't:' .. id
              redis.call('HSET', task, 'msg', msg, 'state', ARGV[4])
              if ARGV[4] == 'pending' then
                redis.call('LPUSH', ARGV[3] .. 'pending', id)
                redis.call('HSET', task, 'pending_since', 1700000000000000000 + n)
              else
                redis.call('ZADD', ARGV[3] .. ARGV[4], 2000000000 + n % 1000, id)
              end
              if n % 10 == 0 then
                redis.call('HSET', task, 'unique_key', ARGV[3] .. 'unique:' .. id)
                redis.call('SET', ARGV[3] .. 'unique:' .. id, id, 'EX', 86400)
              end
            end
        """.trimIndent()
    }
}

/** What was told of a long operation. */
private class Told : Progress {
    private val steps = mutableListOf<Long>()
    private var total = 0L

    override fun reached(done: Long, total: Long) {
        steps += done
        this.total = total
    }

    fun check(size: Int) {
        steps shouldBe steps.sorted()
        steps.last() shouldBe size.toLong()
        total shouldBe size.toLong()
        steps.size shouldBeGreaterThan size / 1_000 - 1
    }
}

class InspectorCampaignTest : FunSpec({
    val server = RedisForTests.start()
    afterSpec { server.close() }

    val size = Scale.of("inspected", short = 50_000, full = 1_000_000)
    fun crowd(name: String, body: Crowd.() -> Unit) = test(name).config(timeout = LONGEST_MILLIS.milliseconds) {
        Crowd(server, size).use(body)
    }

    crowd("a queue with very many tasks is looked at, archived, deleted and removed without keeping Redis") {
        val pending = Shelf.of(QUEUE, TaskState.PENDING)
        val scheduled = Shelf.of(QUEUE, TaskState.SCHEDULED)
        val any = TaskFilter.any()
        measureMachine()
        fill(TaskState.PENDING)
        measured("queue stats") { repeat(100) { inspector.queue(QUEUE) } }
        measured("memory") { repeat(100) { inspector.memoryUsage(QUEUE) } }
        inspector.queue(QUEUE).count(TaskState.PENDING) shouldBe size
        measured("first page, pending") { inspector.list(pending, Page.of(1, 1_000)) } shouldHaveSize 1_000
        measured("last page, pending") { inspector.list(pending, Page.of(size / 1_000L, 1_000)) } shouldHaveSize 1_000
        measured("stream, pending") { inspector.stream(pending).count() } shouldBe size.toLong()
        told("archive all, pending") { inspector.archiveAll(pending, any, it) }
        inspector.queue(QUEUE).count(TaskState.ARCHIVED) shouldBe 10_000
        measured("delete all, archived") { inspector.deleteAll(Shelf.of(QUEUE, TaskState.ARCHIVED)) } shouldBe 10_000
        fill(TaskState.PENDING)
        told("delete all, pending") { inspector.deleteAll(pending, any, it) }
        fill(TaskState.SCHEDULED)
        measured("first page, scheduled") { inspector.list(scheduled, Page.of(1, 1_000)) } shouldHaveSize 1_000
        measured("last page, scheduled") {
            inspector.list(scheduled, Page.of(size / 1_000L, 1_000))
        } shouldHaveSize 1_000
        measured("stream, scheduled") { inspector.stream(scheduled).count() } shouldBe size.toLong()
        told("delete all, scheduled") { inspector.deleteAll(scheduled, any, it) }
        fill(TaskState.RETRY)
        told("run all, retry") { inspector.runAll(Shelf.of(QUEUE, TaskState.RETRY), any, it) }
        told("remove by force") { inspector.removeQueue(QUEUE, true, it) }
        keys() shouldBe emptyList()
    }
})
