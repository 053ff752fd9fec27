package io.asynq4j.redis

import io.asynq4j.inspect.Doctor
import io.asynq4j.inspect.Progress
import io.asynq4j.redis.keys.Keys
import io.asynq4j.spi.AggregationSet
import io.asynq4j.spi.Ailment
import io.asynq4j.spi.Demand
import io.asynq4j.spi.Ending
import io.asynq4j.spi.Finding
import io.asynq4j.spi.GroupTrigger
import io.asynq4j.spi.Lease
import io.asynq4j.spi.Placement
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.task.QueueNotFoundException
import io.asynq4j.task.Task
import io.asynq4j.task.TaskState
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.collections.shouldNotContain
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.time.Duration
import java.time.InstantSource
import kotlin.time.Duration.Companion.seconds

private const val QUEUE = "default"
private val HOUR = Duration.ofHours(1)

/** A queue with healthy tasks in every place, in which something is then broken. */
private class Ward(server: RedisForTests) : AutoCloseable {
    private val fixture = RedisFixture(server)
    val redis = fixture.redis
    val broker = fixture.broker()
    val now = fixture.now()
    val view = fixture.view()
    val doctor = Doctor.of(broker, InstantSource.fixed(now))

    fun submit(id: String, options: Options = Options.defaults(), payload: String = id) {
        val task = Task.of("type", Payload.ofUtf8(payload))
        broker.submit(
            listOf(Placement.of(task, options.taskId(id), now)),
        ).toCompletableFuture().join().single().orThrow()
    }

    fun take(): Lease =
        broker.fetch(Demand(listOf(Demand.Share(QUEUE, 1)), now, now.plusSeconds(30), "attempt")).single()

    private fun taken(id: String, options: Options = Options.defaults()): Lease {
        submit(id, options)
        return take()
    }

    /** One in each place, some with locks; a set that is being aggregated too. */
    fun fill() {
        broker.settle(listOf(Ending.Retried(taken("retry"), now.plusSeconds(60), "boom", true)), now)
        broker.settle(listOf(Ending.Archived(taken("archived", Options.defaults().uniqueFor(HOUR)), "boom")), now)
        broker.settle(listOf(Ending.Completed(taken("completed", Options.defaults().retention(HOUR)))), now)
        submit("scheduled", Options.defaults().processIn(HOUR).uniqueFor(HOUR))
        submit("staged", Options.defaults().group("staged:group"))
        val set = AggregationSet.of(QUEUE, "staged:group", "00000000-0000-4000-8000-000000000001", now)
        broker.stage(set, GroupTrigger(3600, 0, 1), now).members() shouldBe 1
        submit("member", Options.defaults().group("a:group").uniqueFor(HOUR))
        taken("active", Options.defaults().uniqueFor(HOUR))
        submit("pending", Options.defaults().uniqueFor(HOUR))
    }

    fun found() = doctor.examine(QUEUE, Progress.IGNORED)

    /** What is found is this, is mended, and then there is nothing any more. */
    fun finds(vararg expected: Finding) {
        found() shouldContainExactlyInAnyOrder expected.toList()
        found().forEach { doctor.mend(it) shouldBe true }
        found().shouldBeEmpty()
        expected.forEach { doctor.mend(it) shouldBe false }
    }

    fun finding(ailment: Ailment, subject: String, place: String) = Finding(QUEUE, ailment, subject, place)

    fun ids(state: TaskState) = view.tasks(QUEUE, state).map { it.id() }

    override fun close() = fixture.close()
}

class DoctorRedisTest : FunSpec({
    val server = RedisForTests.start()
    afterSpec { server.close() }
    fun room(test: Ward.() -> Unit) = Ward(server).use {
        it.fill()
        it.found().shouldBeEmpty()
        it.test()
    }

    test("nothing is wrong with a queue that has tasks in every place") { room { } }

    listOf("pending" to "LPUSH", "active" to "LPUSH").forEach { (place, push) ->
        test("an id in $place without a record is found and dropped") {
            room {
                redis(push, Keys.prefix(QUEUE) + place, "ghost")
                finds(finding(Ailment.DANGLING_ID, "ghost", place))
                ids(TaskState.PENDING) shouldContainExactly listOf("pending")
                ids(TaskState.ACTIVE) shouldContainExactly listOf("active")
            }
        }
    }

    listOf("scheduled", "retry", "archived", "completed").forEach { place ->
        test("an id in $place without a record is found and dropped") {
            room {
                redis("ZADD", Keys.prefix(QUEUE) + place, 1, "ghost")
                finds(finding(Ailment.DANGLING_ID, "ghost", place))
                redis("ZCARD", Keys.prefix(QUEUE) + place).integer() shouldBe 1
            }
        }
    }

    test("a member without a record is found and dropped") {
        room {
            redis("ZADD", Keys.group(QUEUE, "a:group"), 1, "ghost")
            finds(finding(Ailment.DANGLING_ID, "ghost", "group a:group"))
            ids(TaskState.AGGREGATING) shouldContain "member"
        }
    }

    test("a task that lies in a second place is taken out there") {
        room {
            redis("LPUSH", Keys.pending(QUEUE), "scheduled")
            redis("ZADD", Keys.retry(QUEUE), 1, "pending")
            finds(
                finding(Ailment.MISPLACED, "scheduled", "pending"),
                finding(Ailment.MISPLACED, "pending", "retry"),
            )
            ids(TaskState.PENDING) shouldContainExactly listOf("pending")
            ids(TaskState.SCHEDULED) shouldContainExactly listOf("scheduled")
        }
    }

    test("an active task without a lease is given one, and is recovered") {
        room {
            redis("ZREM", Keys.lease(QUEUE), "active")
            finds(finding(Ailment.NO_LEASE, "active", "active"))
            broker.expired(QUEUE, now, 10).leases().map { it.id() } shouldContainExactly listOf("active")
        }
    }

    listOf(
        TaskState.PENDING,
        TaskState.SCHEDULED,
        TaskState.RETRY,
        TaskState.ARCHIVED,
        TaskState.COMPLETED,
    ).forEach { state ->
        test("a lost ${state.word()} task is found, and put where it belongs") {
            room {
                redis("DEL", Keys.prefix(QUEUE) + state.word())
                finds(finding(Ailment.LOST_TASK, state.word(), "its record"))
                ids(state) shouldContainExactly listOf(state.word())
                redis("TTL", Keys.task(QUEUE, state.word())).integer() shouldBe -1
            }
        }
    }

    test("a lost active task is recovered") {
        room {
            redis("DEL", Keys.active(QUEUE), Keys.lease(QUEUE))
            finds(finding(Ailment.LOST_TASK, "active", "its record"))
            broker.expired(QUEUE, now, 10).leases().map { it.id() } shouldContainExactly listOf("active")
        }
    }

    test("a lost member joins its group again") {
        room {
            redis("DEL", Keys.group(QUEUE, "a:group"), Keys.groups(QUEUE))
            finds(finding(Ailment.LOST_TASK, "member", "its record"))
            ids(TaskState.AGGREGATING) shouldContain "member"
            view.groups(QUEUE) shouldContain "a:group"
        }
    }

    test("a lost task that was put back is fetched, with the time since when it is pending") {
        room {
            redis("DEL", Keys.pending(QUEUE))
            redis("HDEL", Keys.task(QUEUE, "pending"), "pending_since")
            found().forEach { doctor.mend(it) }
            redis("HGET", Keys.task(QUEUE, "pending"), "pending_since").text() shouldBe Nanos.unix(now).toString()
            take().id() shouldBe "pending"
        }
    }

    test("a record that says nothing of a task is deleted") {
        room {
            redis("HSET", Keys.task(QUEUE, "rest"), "pending_since", 1)
            redis("HSET", Keys.task(QUEUE, "odd"), "state", "weird", "msg", "x")
            finds(
                finding(Ailment.LOST_TASK, "rest", "its record"),
                finding(Ailment.LOST_TASK, "odd", "its record"),
            )
            redis("EXISTS", Keys.task(QUEUE, "rest"), Keys.task(QUEUE, "odd")).integer() shouldBe 0
        }
    }

    test("a lock whose task is gone is released, and others stay") {
        room {
            redis("SET", Keys.unique(QUEUE, "type", "gone".toByteArray()), "nobody", "EX", 1000)
            val subject = Keys.unique(QUEUE, "type", "gone".toByteArray()).removePrefix(Keys.uniquePrefix(QUEUE))
            finds(finding(Ailment.LEAKED_LOCK, subject, "its lock"))
            submit("new", Options.defaults().uniqueFor(HOUR), payload = "gone")
            shouldThrow<Exception> { submit("again", Options.defaults().uniqueFor(HOUR), payload = "pending") }
        }
    }

    test("a group that has lost its name is known again") {
        room {
            redis("DEL", Keys.groups(QUEUE))
            finds(finding(Ailment.LOST_GROUP, "a:group", "its members"))
            view.groups(QUEUE) shouldContain "a:group"
        }
    }

    test("members of a set that nobody knows go back to their group, however many").config(
        timeout = 20.seconds, // it is mended until there is nothing to mend
        blockingTest = true,
    ) {
        room {
            repeat(1_203) { submit("m$it", Options.defaults().group("big")) }
            redis("RENAME", Keys.group(QUEUE, "big"), Keys.aggregationSet(QUEUE, "big", "some-id"))
            redis("SREM", Keys.groups(QUEUE), "big")
            found().filter { it.ailment() == Ailment.LOST_GROUP } shouldContainExactly
                listOf(finding(Ailment.LOST_GROUP, "big:some-id", "its members"))
            doctor.mend(finding(Ailment.LOST_GROUP, "big:some-id", "its members")) shouldBe true
            found().shouldBeEmpty()
            redis("ZCARD", Keys.group(QUEUE, "big")).integer() shouldBe 1_203
        }
    }

    test("what lies where a part of a queue is to be is told, not touched") {
        room {
            redis("SET", Keys.task(QUEUE, "foreign"), "text")
            redis("DEL", Keys.groups(QUEUE), Keys.group(QUEUE, "a:group"))
            redis("SET", Keys.groups(QUEUE), "text")
            redis("DEL", Keys.task(QUEUE, "member"))
            val findings = found().filter { it.ailment() == Ailment.FOREIGN_KEY }
            findings.map { it.subject() } shouldContainExactlyInAnyOrder
                listOf(Keys.task(QUEUE, "foreign"), Keys.groups(QUEUE))
            findings.first { it.subject() == Keys.groups(QUEUE) }.place() shouldBe "a string, not a set"
            findings.forEach { doctor.mend(it) shouldBe false }
        }
    }

    val prefix = Keys.prefix(QUEUE)
    val places = listOf("lease", "groups", "aggregation_sets", "aggregated", "g:a:group", "g:staged:group") +
        TaskState.entries.filter { it != TaskState.AGGREGATING }.map { it.word() }
    places.forEach { name ->
        test("where something foreign lies at $name, the rest is examined and mended, and no task is lost") {
            room {
                val tasks = redis("KEYS", prefix + "t:*").items().size
                // so that all have lost their places
                redis("DEL", *(places - "lease").map { prefix + it }.toTypedArray())
                redis("DEL", prefix + name)
                redis("SET", prefix + name, "text")

                found().filter { it.ailment() == Ailment.FOREIGN_KEY }.map { it.subject() } shouldContainExactly
                    listOf(prefix + name)
                found().forEach { doctor.mend(it) }
                redis("GET", prefix + name).text() shouldBe "text"

                redis("DEL", prefix + name)
                found().forEach { doctor.mend(it) } // one of them may mend what another one tells of
                found().shouldBeEmpty()
                redis("KEYS", prefix + "t:*").items() shouldHaveSize tasks
            }
        }
    }

    test("a member whose group's key is foreign stays in the set that nobody knows") {
        room {
            submit("m", Options.defaults().group("big"))
            redis("RENAME", Keys.group(QUEUE, "big"), Keys.aggregationSet(QUEUE, "big", "some-id"))
            redis("SREM", Keys.groups(QUEUE), "big")
            redis("SET", Keys.group(QUEUE, "big"), "text")

            doctor.mend(finding(Ailment.LOST_GROUP, "big:some-id", "its members")) shouldBe false
            redis("ZCARD", Keys.aggregationSet(QUEUE, "big", "some-id")).integer() shouldBe 1
            view.groups(QUEUE) shouldNotContain "big"
        }
    }

    test("queues of other names are left alone, whatever their names look like to Redis") {
        Ward(server).use { ward ->
            ward.submit("a", Options.defaults().queue("q*[a-z]?\\"))
            ward.submit("b", Options.defaults().queue("qxa1"))
            ward.redis("DEL", Keys.pending("qxa1"))
            ward.doctor.examine("q*[a-z]?\\", Progress.IGNORED).shouldBeEmpty()
            ward.redis("DEL", Keys.pending("q*[a-z]?\\"))
            ward.doctor.examine("q*[a-z]?\\", Progress.IGNORED) shouldContainExactly
                listOf(Finding("q*[a-z]?\\", Ailment.LOST_TASK, "a", "its record"))
        }
    }

    test("many tasks are looked at in steps") {
        Ward(server).use { ward ->
            repeat(1_600) { ward.submit("t$it") }
            val told = mutableListOf<Long>()
            ward.doctor.examine(QUEUE) { done, _ -> told += done }.shouldBeEmpty()
            told.shouldBe(told.sorted())
            (told.size > 6) shouldBe true
            told.last() shouldBe 1_600 + 1_600 + 1 // ids, records and the list
        }
    }

    test("a queue that is not there is said to be so, and a clock that differs is told") {
        Ward(server).use { ward ->
            shouldThrow<QueueNotFoundException> { ward.doctor.examine("nowhere", Progress.IGNORED) }
            val late = Doctor.of(ward.broker, InstantSource.offset(InstantSource.system(), Duration.ofSeconds(-10)))
            val clock = late.examine().filter { it.ailment() == Ailment.CLOCK }
            clock shouldHaveSize 1
            clock.single().place() shouldContain "ahead of this machine's by"
            late.mend(clock.single()) shouldBe false
            Doctor.of(ward.broker).examine().filter { it.ailment() == Ailment.CLOCK }.shouldBeEmpty()
        }
    }
})
