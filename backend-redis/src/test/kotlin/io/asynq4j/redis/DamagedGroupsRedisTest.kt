package io.asynq4j.redis

import io.asynq4j.redis.keys.Keys
import io.asynq4j.redis.port.Call
import io.asynq4j.redis.port.RedisPort
import io.asynq4j.redis.port.Reply
import io.asynq4j.spi.AggregationSet
import io.asynq4j.spi.Broker
import io.asynq4j.spi.Demand
import io.asynq4j.spi.Ending
import io.asynq4j.spi.GroupTrigger
import io.asynq4j.spi.Grouping.Finished
import io.asynq4j.spi.Placement
import io.asynq4j.task.BrokerUnavailableException
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.task.Task
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage

private const val QUEUE = "default"
private val ANY = GroupTrigger(1, 0, 1_000)
private val FULL = GroupTrigger(3600, 0, 1)

/** Groups in a Redis that somebody else has written to, taken something out of, or keeps from answering. */
private class Grouped(server: RedisForTests) : AutoCloseable {
    private val fixture = RedisFixture(server)
    val redis = fixture.redis
    var broker: Broker = fixture.broker()
    val now = fixture.now()
    private val late = now.plusSeconds(10)

    fun join(vararg ids: String) = ids.forEach { join(it, Options.defaults()) }

    fun join(id: String, options: Options) {
        val placement = Placement.of(Task.of("t", Payload.ofUtf8(id)), options.taskId(id).group("g"), now)
        broker.submit(listOf(placement)).toCompletableFuture().join().single().orThrow()
    }

    fun staged(id: String = "set-1"): AggregationSet =
        AggregationSet.of(QUEUE, "g", id, late).also { broker.stage(it, ANY, late) }

    fun members(set: AggregationSet) = broker.members(set, late).map { all -> all.map { it.id() } }.orElse(null)

    fun finish(set: AggregationSet, members: Int, on: Broker = broker) =
        on.finish(set, members, Placement.of(Task.of("batch"), Options.defaults().taskId("sum"), late), late)

    fun groups() = redis("SMEMBERS", Keys.groups(QUEUE)).plain

    fun group() = redis("ZRANGE", Keys.group(QUEUE, "g"), 0, -1).plain

    fun state(id: String) = redis("HGET", Keys.task(QUEUE, id), "state").plain

    override fun close() = fixture.close()
}

/** Carries out the calls of a script, or throws them away, and answers neither. */
private class Mute(private val port: RedisPort, private val script: String, private val carriesOut: Boolean) :
    RedisPort by port {
    override fun run(calls: List<Call>): CompletionStage<List<Reply>> = if (calls.none { script in "${it.script()}" }) {
        port.run(calls)
    } else {
        if (carriesOut) port.run(calls).toCompletableFuture().join()
        CompletableFuture.completedFuture(calls.map { Reply.Failed("no answer", false, null) })
    }
}

class DamagedGroupsRedisTest : FunSpec({
    val server = RedisForTests.start()
    afterSpec { server.close() }

    fun grouped(name: String, body: Grouped.() -> Unit) = test(name) { Grouped(server).use(body) }

    grouped("members without a record are dropped, and the others aggregated") {
        join("a", "b", "c")
        redis("DEL", Keys.task(QUEUE, "b"))
        val set = staged()
        members(set) shouldBe listOf("a", "c")
        finish(set, 2) shouldBe Finished.WRITTEN
        redis("KEYS", "asynq:{$QUEUE}:*").items().map { it.text() }.sorted() shouldContainExactly
            listOf(Keys.pending(QUEUE), Keys.task(QUEUE, "sum"))
    }

    grouped("a member that nobody can read is archived, and the others aggregated") {
        join("a", "b", "c")
        redis("HSET", Keys.task(QUEUE, "b"), "msg", "garbage")
        val set = staged()
        members(set) shouldBe listOf("a", "c")
        finish(set, 2) shouldBe Finished.WRITTEN
        state("b") shouldBe "archived"
        redis("ZRANGE", Keys.archived(QUEUE), 0, -1).plain shouldBe listOf("b")
    }

    grouped("300 members that nobody can read do not keep the readable ones from being read, all of them, once") {
        (1..900).forEach { join("%03d".format(it)) }
        (1..900).filter { it % 3 == 0 }.forEach {
            redis("HSET", Keys.task(QUEUE, "%03d".format(it)), "msg", "garbage")
        }
        members(staged()) shouldBe (1..900).filterNot { it % 3 == 0 }.map { "%03d".format(it) }
    }

    grouped("a group that another program has put members in without its name is known when they are given back (W4)") {
        join("a")
        val set = staged()
        redis("SREM", Keys.groups(QUEUE), "g")
        broker.giveBack(set, now) shouldBe true
        groups() shouldBe listOf("g")
    }

    grouped("a stale set of a Go server goes back to its group, which is known, also when its name has colons (W4)") {
        val key = Keys.aggregationSet(QUEUE, "a:b", "5b8cf3c4-0000-4000-8000-000000000001")
        redis("HSET", Keys.task(QUEUE, "x"), "msg", "m", "state", "aggregating", "group", "a:b")
        redis("ZADD", key, 7, "x", 8, "without a record")
        redis("ZADD", Keys.aggregationSets(QUEUE), now.epochSecond - 1, key, now.epochSecond - 1, "not a set of ours")
        broker.reclaim(QUEUE, now, 100).members() shouldBe 2
        groups() shouldBe listOf("a:b")
        redis("ZRANGE", Keys.group(QUEUE, "a:b"), 0, -1, "WITHSCORES").plain shouldBe listOf("x", "7")
        redis("EXISTS", key, Keys.aggregationSets(QUEUE)).plain shouldBe 0L
    }

    grouped("a foreign key as a group keeps neither other groups from being found nor their sets from going back") {
        join("a")
        redis("SADD", Keys.groups(QUEUE), "foreign")
        redis("SET", Keys.group(QUEUE, "foreign"), "not ours")
        broker.dueGroups(QUEUE, FULL, now, "0", 100).groups() shouldBe listOf("g")
        val stuck = Keys.aggregationSet(QUEUE, "foreign", "set-0")
        redis("HSET", Keys.task(QUEUE, "x"), "msg", "m", "state", "aggregating")
        redis("ZADD", stuck, 7, "x")
        redis("ZADD", Keys.aggregationSets(QUEUE), 1, stuck)
        val set = staged()
        broker.reclaim(QUEUE, set.deadline(), 100).members() shouldBe 1
        group() shouldBe listOf("a")
        redis("ZRANGE", stuck, 0, -1).plain shouldBe listOf("x")
    }

    grouped("a foreign key where the task would go leaves the set as it is") {
        join("a")
        redis("SET", Keys.pending(QUEUE), "not ours")
        val set = staged()
        shouldThrow<BrokerUnavailableException> { finish(set, 1) }
        members(set) shouldBe listOf("a")
        redis("EXISTS", Keys.task(QUEUE, "sum")).plain shouldBe 0L
    }

    grouped("members that a crash has left behind their task are deleted by anybody, and cannot be aggregated again") {
        (1..1_200).forEach { join("%04d".format(it), Options.defaults().uniqueFor(Duration.ofHours(1))) }
        val set = AggregationSet.of(QUEUE, "g", "set-1", now)
        broker.stage(set, GroupTrigger(1, 0, 1_200), now).members() shouldBe 1_200
        val crashing = Mute(RespPort(RespConnection(server.host(), server.port())), "sweep_set", false)
        RedisBroker.over(crashing).use { finish(set, 1_200, on = it) shouldBe Finished.WRITTEN }
        state("0001") shouldBe "aggregating"
        broker.reclaim(QUEUE, set.deadline(), 10_000).members() shouldBe 0
        broker.dueGroups(QUEUE, FULL, now, "0", 100).groups() shouldBe emptyList<String>()
        broker.sweep(QUEUE, 1_000) shouldBe 1_000
        broker.sweep(QUEUE, 1_000) shouldBe 200
        redis("KEYS", "asynq:{$QUEUE}:*").items().map { it.text() }.sorted() shouldContainExactly
            listOf(Keys.pending(QUEUE), Keys.task(QUEUE, "sum"))
    }

    listOf(true to Finished.WRITTEN, false to Finished.UNKNOWN).forEach { (carriedOut, outcome) ->
        grouped(
            "a task whose answer was lost is looked up, having been ${if (carriedOut) "" else "not "}stored (W19)",
        ) {
            join("a")
            val set = staged()
            val mute = Mute(RespPort(RespConnection(server.host(), server.port())), "finish_set", carriedOut)
            RedisBroker.over(mute).use { finish(set, 1, on = it) } shouldBe outcome
            finish(set, 1) shouldBe if (carriedOut) Finished.NOT_STAGED else Finished.WRITTEN
            redis("LRANGE", Keys.pending(QUEUE), 0, -1).plain shouldBe listOf("sum")
        }
    }

    grouped("a task of a group that is run alone and fails joins its group again, which is known (W4, W18)") {
        join("a")
        redis("ZREM", Keys.group(QUEUE, "g"), "a")
        redis("SREM", Keys.groups(QUEUE), "g")
        redis("LPUSH", Keys.pending(QUEUE), "a")
        redis("HSET", Keys.task(QUEUE, "a"), "state", "pending")
        val lease = broker.fetch(Demand(listOf(Demand.Share(QUEUE, 1)), now, now.plusSeconds(30), "attempt")).single()
        broker.settle(listOf(Ending.Retried(lease, now, "boom", true)), now)
        broker.forward(QUEUE, now, 10).moved() shouldBe 1
        group() shouldBe listOf("a")
        groups() shouldBe listOf("g")
        state("a") shouldBe "aggregating"
    }
})
