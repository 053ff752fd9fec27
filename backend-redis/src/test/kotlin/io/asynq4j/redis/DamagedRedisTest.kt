package io.asynq4j.redis

import io.asynq4j.redis.keys.Keys
import io.asynq4j.spi.ArchiveLimits
import io.asynq4j.spi.Demand
import io.asynq4j.spi.Ending
import io.asynq4j.spi.Lease
import io.asynq4j.spi.Placement
import io.asynq4j.spi.Settled
import io.asynq4j.task.Options
import io.asynq4j.task.Task
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.time.Duration

private const val QUEUE = "default"
private const val GHOST = "ghost"
private const val GARBAGE = "no message"
private val HOUR = Duration.ofHours(1)

/** A Redis that somebody else has written to, or taken something out of. */
private class Damage(server: RedisForTests) : AutoCloseable {
    private val fixture = RedisFixture(server)
    val redis = fixture.redis
    val broker = fixture.broker()
    val now = fixture.now()
    val archived = Keys.archived(QUEUE)

    fun submit(vararg ids: String) = ids.forEach { submit(Task.of("type"), Options.defaults().taskId(it)) }

    fun submit(task: Task, options: Options) {
        broker.submit(listOf(Placement.of(task, options, now))).toCompletableFuture().join().single().orThrow()
    }

    fun fetch(vararg queues: String = arrayOf(QUEUE)): List<Lease> = broker.fetch(demand(*queues))

    fun demand(vararg queues: String) = Demand(queues.map { Demand.Share(it, 10) }, now, now.plusSeconds(30), "attempt")

    fun taken(id: String): Lease {
        submit(id)
        return fetch().single()
    }

    fun settle(ending: Ending) = broker.settle(listOf(ending), now).single()

    fun hash(id: String, vararg fields: Any) = redis("HSET", Keys.task(QUEUE, id), *fields)

    fun field(id: String, name: String) = redis("HGET", Keys.task(QUEUE, id), name).plain

    fun active() = redis("LRANGE", Keys.active(QUEUE), 0, -1).plain

    fun leased() = redis("ZRANGE", Keys.lease(QUEUE), 0, -1).plain

    /** Archives tasks by the thousand, each with its hash. */
    fun archive(count: Int, at: Long) {
        val script = "for i = 1, ARGV[1] do redis.call('ZADD', KEYS[1], ARGV[2], 'old' .. i) " +
            "redis.call('HSET', ARGV[3] .. 'old' .. i, 'state', 'archived', 'msg', '') end"
        redis("EVAL", script, 1, archived, count, at, Keys.taskPrefix(QUEUE))
    }

    override fun close() = fixture.close()
}

class DamagedRedisTest : FunSpec({
    val server = RedisForTests.start()
    afterSpec { server.close() }

    fun damaged(name: String, body: Damage.() -> Unit) = test(name) { Damage(server).use(body) }

    damaged("pending ids without a task are dropped, and the tasks behind them handed out") {
        redis("LPUSH", Keys.pending(QUEUE), GHOST, "$GHOST-2")
        submit("a")
        fetch().map { it.id() } shouldContainExactly listOf("a")
        active() shouldBe listOf("a")
        leased() shouldBe listOf("a")
        redis("EXISTS", Keys.task(QUEUE, GHOST)).plain shouldBe 0L
    }

    damaged("waiting ids without a task are dropped when they are due") {
        redis("ZADD", Keys.scheduled(QUEUE), 1, GHOST)
        broker.forward(QUEUE, now, 10).moved() shouldBe 0
        redis("EXISTS", Keys.pending(QUEUE), Keys.scheduled(QUEUE), Keys.task(QUEUE, GHOST)).plain shouldBe 0L
    }

    damaged("a delayed task makes its group known again when it is due") {
        submit(Task.of("type"), Options.defaults().taskId("a").group("g").processIn(HOUR))
        redis("DEL", Keys.groups(QUEUE))
        broker.forward(QUEUE, now.plusSeconds(3_601), 10).moved() shouldBe 1
        redis("SMEMBERS", Keys.groups(QUEUE)).plain shouldBe listOf("g")
    }

    damaged("leased ids without a task are dropped when the lease has expired, and the others recovered") {
        taken("a")
        redis("LPUSH", Keys.active(QUEUE), GHOST)
        redis("ZADD", Keys.lease(QUEUE), 1, GHOST)
        broker.expired(QUEUE, now.plusSeconds(60), 10).leases().map { it.id() } shouldContainExactly listOf("a")
        active() shouldBe listOf("a")
        leased() shouldBe listOf("a")
    }

    damaged("active ids without a task and a lease are dropped by the janitor") {
        redis("LPUSH", Keys.active(QUEUE), GHOST)
        broker.repair(QUEUE, now, 10) shouldBe 1
        active() shouldBe emptyList<String>()
    }

    damaged("a pending task that nobody can read is archived, and the tasks behind it handed out") {
        submit("bad", "good")
        hash("bad", "msg", GARBAGE)
        fetch().map { it.id() } shouldContainExactly listOf("good")
        active() shouldBe listOf("good")
        field("bad", "state") shouldBe "archived"
        field("bad", "msg") shouldBe GARBAGE
        field("bad", "set_aside").toString() shouldContain "the message cannot be read"
        redis("ZSCORE", archived, "bad").plain shouldBe "${now.epochSecond}"
    }

    damaged("an active task that nobody can read is archived when its lease has expired, and the others recovered") {
        submit("bad", "good")
        fetch()
        hash("bad", "msg", GARBAGE)
        val expired = broker.expired(QUEUE, now.plusSeconds(60), 10).leases()
        expired.map { it.id() } shouldContainExactly listOf("good")
        field("bad", "state") shouldBe "archived"
        leased() shouldBe listOf("good")
    }

    damaged("a task with the message of another one is archived too") {
        submit("a", "b")
        hash("a", "msg", redis("HGET", Keys.task(QUEUE, "b"), "msg").bytes())
        fetch().map { it.id() } shouldContainExactly listOf("b")
        field("a", "state") shouldBe "archived"
    }

    damaged("an active task without a lease stays as it is when its worker settles") {
        val lease = taken("a")
        redis("ZREM", Keys.lease(QUEUE), "a")
        settle(Ending.Done(lease)) shouldBe Settled.NOT_HELD
        active() shouldBe listOf("a")
        field("a", "state") shouldBe "active"
    }

    damaged("an active task without a lease gets one from the janitor, and is recovered") {
        taken("a")
        redis("ZREM", Keys.lease(QUEUE), "a")
        broker.repair(QUEUE, now, 10) shouldBe 1
        broker.expired(QUEUE, now, 10).leases().map { it.id() } shouldContainExactly listOf("a")
    }

    damaged("an attempt of a Go worker, which has no name, is recovered, and is no other worker's") {
        val lease = taken("a")
        redis("HDEL", Keys.task(QUEUE, "a"), "attempt")
        broker.extend(listOf(lease), now.plusSeconds(60)) shouldBe listOf(lease)
        settle(Ending.Done(lease)) shouldBe Settled.NOT_HELD
        val late = now.plusSeconds(31)
        val found = broker.expired(QUEUE, late, 10).leases().single()
        broker.recover(listOf(Ending.Retried(found, late, "lost", true)), late, late) shouldBe listOf(Settled.WRITTEN)
    }

    damaged("the hash of every task that holds a lock names it, whatever its state") {
        val unique = Options.defaults().uniqueFor(HOUR)
        val tasks = mapOf(
            "pending" to unique,
            "scheduled" to unique.processIn(HOUR),
            "aggregating" to unique.group("g"),
        )
        tasks.forEach { (state, options) -> submit(Task.of(state), options.taskId(state)) }
        tasks.keys.forEach { state ->
            field(state, "state") shouldBe state
            redis("GET", field(state, "unique_key").toString()).plain shouldBe state
        }
    }

    damaged("an archive of 9,000 tasks older than 90 days takes another one, and drops them") {
        archive(9_000, now.epochSecond - Duration.ofDays(91).seconds)
        settle(Ending.Archived(taken("new"), "boom")) shouldBe Settled.WRITTEN
        active() shouldBe emptyList<String>()
        redis("ZRANGE", archived, 0, -1).plain shouldBe listOf("new")
        redis("EXISTS", Keys.task(QUEUE, "old1"), Keys.task(QUEUE, "old9000")).plain shouldBe 0L
    }

    damaged("a full archive keeps the task archived last, also among others of the same second") {
        archive(10_000, now.epochSecond)
        settle(Ending.Archived(taken("a, which sorts first"), "boom")) shouldBe Settled.WRITTEN
        redis("ZCARD", archived).plain shouldBe 10_000L
        redis("ZSCORE", archived, "a, which sorts first").plain shouldBe "${now.epochSecond}"
        field("a, which sorts first", "state") shouldBe "archived"
    }

    damaged("a foreign key as the pending list of one queue does not keep another queue from giving") {
        redis("SET", Keys.pending("broken"), "text")
        submit("a")
        fetch("broken", QUEUE).map { it.id() } shouldContainExactly listOf("a")
    }

    damaged("a foreign key as a task's hash does not keep the others from being handed out") {
        submit("bad", "good")
        redis("SET", Keys.task(QUEUE, "bad"), "text")
        fetch().map { it.id() } shouldContainExactly listOf("good")
        redis("GET", Keys.task(QUEUE, "bad")).plain shouldBe "text"
    }

    damaged("a foreign key where a task would go leaves it active, to be written later") {
        val lease = taken("a")
        redis("SET", archived, "text")
        settle(Ending.Archived(lease, "boom")) shouldBe Settled.BLOCKED
        active() shouldBe listOf("a")
        redis("DEL", archived)
        settle(Ending.Archived(lease, "boom")) shouldBe Settled.WRITTEN
    }

    damaged("foreign keys in one queue are no trouble of the loops that look after all queues") {
        listOf(Keys::scheduled, Keys::retry, Keys::lease, Keys::completed, Keys::archived, Keys::active)
            .forEach { key -> redis("SET", key(QUEUE), "text") }
        broker.forward(QUEUE, now, 10).moved() shouldBe 0
        broker.expired(QUEUE, now, 10).leases() shouldBe emptyList()
        broker.deleteExpired(QUEUE, now, 10) shouldBe 0
        broker.trimArchive(QUEUE, ArchiveLimits.DEFAULT, now, 10) shouldBe 0
        broker.repair(QUEUE, now, 10) shouldBe 0
    }

    damaged("foreign keys in one queue block its own outcomes only") {
        submit(Task.of("type"), Options.defaults().queue("broken").taskId("a"))
        submit("b", "c")
        val (broken, b, c) = fetch("broken", QUEUE)
        redis("SET", Keys.lease("broken"), "text")
        redis("SET", Keys.retry(QUEUE), "text")
        val endings = listOf(Ending.Done(broken), Ending.Retried(b, now, "boom", true), Ending.Done(c))
        broker.settle(endings, now) shouldContainExactly listOf(Settled.BLOCKED, Settled.BLOCKED, Settled.WRITTEN)
        active() shouldBe listOf("b")
    }

    damaged("a foreign key as the leases of one queue costs no attempt, and the others are extended") {
        submit(Task.of("type"), Options.defaults().queue("broken").taskId("a"))
        submit("b")
        val (broken, good) = fetch("broken", QUEUE)
        redis("SET", Keys.lease("broken"), "text")
        broker.extend(listOf(broken, good), now.plusSeconds(99)) shouldBe emptyList()
        redis("ZSCORE", Keys.lease(QUEUE), "b").plain shouldBe "${now.epochSecond + 99}"
    }

    damaged("leases that were destroyed are made anew for attempts that still have their tasks, and for no others") {
        submit("mine", "another's", "of Go", "over")
        val leases = fetch()
        hash("another's", "attempt", "later")
        redis("HDEL", Keys.task(QUEUE, "of Go"), "attempt")
        hash("over", "state", "pending")
        redis("DEL", Keys.lease(QUEUE))
        broker.extend(leases, now.plusSeconds(99)).map { it.id() } shouldContainExactly
            listOf("another's", "of Go", "over")
        redis("ZRANGE", Keys.lease(QUEUE), 0, -1, "WITHSCORES").plain shouldBe listOf("mine", "${now.epochSecond + 99}")
        settle(Ending.Done(leases.first())) shouldBe Settled.WRITTEN
    }

    damaged("a fetch whose answer was lost finds its tasks, whatever is broken in other queues") {
        submit(Task.of("type"), Options.defaults().queue("broken").taskId("a"))
        submit("b", "c")
        val demand = demand("broken", QUEUE)
        broker.fetch(demand)
        redis("DEL", Keys.task(QUEUE, "c"))
        redis("SET", Keys.task(QUEUE, "c"), "text")
        listOf(Keys::lease, Keys::active).forEach { key ->
            redis("DEL", key("broken"))
            redis("SET", key("broken"), "text")
            broker.fetched(demand).map { it.id() } shouldContainExactly listOf("b")
        }
    }

    damaged("a foreign key as a counter does not keep outcomes from being written") {
        val lease = taken("a")
        redis("LPUSH", Keys.processed(QUEUE), "x")
        redis("LPUSH", Keys.processed(QUEUE, now), "x")
        settle(Ending.Done(lease)) shouldBe Settled.WRITTEN
        active() shouldBe emptyList<String>()
    }
})
