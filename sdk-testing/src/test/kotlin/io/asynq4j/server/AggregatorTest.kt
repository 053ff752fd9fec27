package io.asynq4j.server

import io.asynq4j.handler.Aggregator
import io.asynq4j.spi.AggregationSet
import io.asynq4j.spi.Broker
import io.asynq4j.spi.GroupTrigger
import io.asynq4j.spi.Grouping
import io.asynq4j.spi.Placement
import io.asynq4j.task.BrokerUnavailableException
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.task.Task
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.ints.shouldBeInRange
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.time.Instant
import java.util.concurrent.CompletableFuture
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.Duration as KotlinDuration

private const val QUEUE = "default"

/** Joins the payloads, and remembers what it was given. */
private class Joining(private val options: Options = Options.defaults(), private val before: (String) -> Unit = {}) :
    Aggregator {
    val calls = mutableListOf<Pair<String, List<String>>>()

    override fun aggregate(group: String, tasks: List<Task>): Task {
        val payloads = tasks.map { it.payload().utf8() }
        calls += group to payloads
        before(group)
        return Task.of("batch", Payload.ofUtf8(payloads.joinToString("+"))).with(options)
    }
}

private fun Room.join(group: String, vararg names: String, options: Options = Options.defaults()) =
    names.forEach { enqueue(it, options.group(group).taskId(it)) }

/** What the handled tasks were made of. */
private fun Room.handled(): MutableList<String> = mutableListOf<String>().also { handled ->
    handle { task, _ -> handled += task.payload().utf8() }
}

/** Null where Kotlin would not let it pass, though a Java program can. */
@Suppress("UNCHECKED_CAST")
private fun <T> nothing(): T = null as T

private fun Room.waiting() = broker.groups(QUEUE).flatMap { group ->
    broker.aggregating(QUEUE, group).map { it.id() }
}

/** A broker whose [lost] call of a kind is carried out, or not, and gets no answer. */
private class Forgetful(private val broker: Broker) : Broker by broker {
    var lost: String? = null
    var carriedOut = true
    var calls = 0

    override fun stage(set: AggregationSet, trigger: GroupTrigger, now: Instant): Grouping.Staged =
        ask("stage") { broker.stage(set, trigger, now) }

    override fun finish(set: AggregationSet, members: Int, task: Placement, now: Instant): Grouping.Finished = try {
        ask("finish") { broker.finish(set, members, task, now) }
    } catch (_: BrokerUnavailableException) {
        Grouping.Finished.UNKNOWN
    }

    override fun giveBack(set: AggregationSet, now: Instant): Boolean = ask("giveBack") { broker.giveBack(set, now) }

    private fun <T> ask(what: String, call: () -> T): T {
        if (what != lost) return call()
        calls++
        if (carriedOut) call()
        throw BrokerUnavailableException("silence", null)
    }
}

class AggregatorTest : FunSpec({
    test("the members of a group become one task when nobody has joined for the grace period, exactly then") {
        val joining = Joining()
        val room = Room { aggregator(joining).groupGracePeriod(10.seconds.java) }
        val handled = room.handled()
        room.advance(100.milliseconds)
        room.join("g", "a", "b")
        room.advance(5.seconds)
        room.join("g", "c")
        room.advance(9.seconds)
        handled.shouldBeEmpty()
        room.advance(1.seconds + 900.milliseconds)
        joining.calls shouldContainExactly listOf("g" to listOf("a", "b", "c"))
        handled shouldContainExactly listOf("a+b+c")
        room.waiting().shouldBeEmpty()
    }

    test("the grace period is a minute unless told") {
        val room = Room { aggregator(Joining()) }
        val handled = room.handled()
        room.join("g", "a")
        room.advance(59.seconds)
        handled.shouldBeEmpty()
        room.advance(2.seconds)
        handled shouldContainExactly listOf("a")
    }

    test("somebody who joins again and again does not put off a group for longer than the maximum delay") {
        val room = Room { aggregator(Joining()).groupMaxDelay(30.seconds.java) }
        val handled = room.handled()
        repeat(4) { n ->
            room.join("g", "$n")
            room.advance(10.seconds)
        }
        handled shouldContainExactly listOf("0+1+2")
        room.waiting() shouldContainExactly listOf("3")
    }

    test("a large group becomes as many tasks as it takes in one go, the oldest members first") {
        val room = Room { aggregator(Joining()).groupMaxSize(2).concurrency(1) }
        (1..51).forEach { room.join("g", "%02d".format(it)) }
        val handled = room.handled()
        room.advance(1.seconds)
        handled shouldHaveSize 25
        handled.first() shouldBe "01+02"
        room.waiting() shouldContainExactly listOf("51")
    }

    test(
        "members reach the aggregator with type, payload and headers, and the task has its options but the group's queue",
    ) {
        var seen: List<Task> = emptyList()
        val room = Room {
            queues(mapOf("low" to 1)).groupMaxSize(1).aggregator { _, tasks ->
                seen = tasks
                Task.of("batch").with(Options.defaults().queue("high").maxRetry(3).taskId("sum"))
            }
        }
        room.enqueue("a", Options.defaults().queue("low").group("g").header("k", "v"))
        room.broker.pause("low")
        room.handled()
        room.advance(1.seconds)
        seen.map { Triple(it.type(), it.payload().utf8(), it.headers()) } shouldContainExactly
            listOf(Triple("a", "a", mapOf("k" to "v")))
        val stored = room.broker.pending("low").single()
        stored.id() shouldBe "sum"
        stored.task().maxRetry() shouldBe 3
    }

    test("without an aggregator groups are left alone") {
        val room = Room { groupMaxSize(1) }
        room.join("g", "a")
        val handled = room.handled()
        room.advance(1.hours)
        handled.shouldBeEmpty()
        room.waiting() shouldContainExactly listOf("a")
    }

    listOf<Pair<String, Aggregator>>(
        "throws" to Aggregator { _, _ -> error("no") },
        "throws an Error" to Aggregator { _, _ -> throw AssertionError("no") },
        "answers null" to Aggregator { _, _ -> nothing() },
        "answers a task of a blank type" to
            Aggregator { _, _ -> Task(" ", Payload.none(), emptyMap(), Options.defaults()) },
        "answers a task whose id is taken" to
            Aggregator { _, _ -> Task.of("t").with(Options.defaults().taskId("taken")) },
    ).forEach { (what, aggregator) ->
        test("an aggregator that $what gives its members back at once, and is left alone for longer each time") {
            var calls = 0
            val room = Room {
                groupMaxSize(2).aggregator { group, tasks ->
                    calls++
                    aggregator.aggregate(group, tasks)
                }
            }
            room.enqueue("t", Options.defaults().taskId("taken").processIn(10.hours.java))
            room.join("g", "a", "b")
            val handled = room.handled()
            room.advance(1.milliseconds)
            calls shouldBe 1
            room.broker.groups(QUEUE) shouldBe setOf("g")
            room.waiting() shouldContainExactly listOf("a", "b")
            room.advance(10.minutes)
            calls shouldBeInRange 8..20
            handled.shouldBeEmpty()
            room.waiting() shouldContainExactly listOf("a", "b")
        }
    }

    test("a group whose aggregation fails does not hinder others") {
        val room = Room {
            groupMaxSize(1).aggregator { group, tasks ->
                if (group == "bad") error("no") else Task.of("ok", tasks.single().payload())
            }
        }
        val handled = room.handled()
        room.join("bad", "a", "b", "c")
        room.join("good", "d", "e")
        room.advance(10.seconds)
        handled shouldContainExactlyInAnyOrder listOf("d", "e")
    }

    test("an aggregator that works again is trusted again") {
        var broken = true
        val room = Room { aggregator(Joining { if (broken) error("no") }).groupMaxSize(2) }
        val handled = room.handled()
        room.join("g", "a", "b")
        room.advance(5.minutes)
        broken = false
        room.advance(70.seconds)
        handled shouldContainExactly listOf("a+b")
        room.join("g", "c", "d")
        room.advance(7.seconds)
        handled shouldContainExactly listOf("a+b", "c+d")
    }

    test("what an aggregator answers after two minutes is not used, and the members are aggregated again, once") {
        var slow = true
        lateinit var room: Room
        val joining = Joining {
            if (slow) {
                slow = false
                room.advance(121.seconds)
            }
        }
        room = Room { aggregator(joining).groupMaxSize(2) }
        val handled = room.handled()
        room.join("g", "a", "b")
        room.advance(5.minutes)
        joining.calls shouldHaveSize 2
        handled shouldContainExactly listOf("a+b")
    }

    test("members that a server has staged before it died are aggregated by another after two minutes, once") {
        val room = Room { aggregator(Joining()).groupMaxSize(1) }
        room.join("g", "a")
        val set = AggregationSet.of(QUEUE, "g", "set-of-the-dead", room.time.instant())
        room.broker.stage(set, GroupTrigger(1, 0, 1), room.time.instant())
        val handled = room.handled()
        room.advance(119.seconds)
        handled.shouldBeEmpty()
        room.advance(10.seconds)
        handled shouldContainExactly listOf("a")
    }

    test("a set whose staging got no answer is aggregated") {
        val room = Room { aggregator(Joining()).groupMaxSize(1) }
        room.join("g", "a")
        val broker = Forgetful(room.broker).apply { lost = "stage" }
        val handled = mutableListOf<String>()
        room.newServer(broker).start { task, _ ->
            handled += task.payload().utf8()
            CompletableFuture.completedFuture(null)
        }
        room.advance(1.milliseconds)
        broker.lost = null
        room.advance(10.seconds)
        handled shouldContainExactly listOf("a")
    }

    listOf(true, false).forEach { carriedOut ->
        test("a task whose storing got no answer is stored once, having been ${if (carriedOut) "" else "not "}stored") {
            val joining = Joining()
            val room = Room { aggregator(joining).groupMaxSize(1) }
            room.join("g", "a")
            val broker = Forgetful(room.broker).also {
                it.lost = "finish"
                it.carriedOut = carriedOut
            }
            val handled = mutableListOf<String>()
            room.newServer(broker).start { task, _ ->
                handled += task.payload().utf8()
                CompletableFuture.completedFuture(null)
            }
            room.advance(3.seconds)
            broker.lost = null
            room.advance(10.minutes)
            handled shouldContainExactly listOf("a")
            joining.calls shouldHaveSize 1
        }
    }

    test("the task has the id of its set, unless it has one of its own") {
        val room = Room { aggregator(Joining()).groupMaxSize(1) }
        val seen = mutableListOf<String>()
        var staged = ""
        val broker = object : Broker by room.broker {
            override fun stage(set: AggregationSet, trigger: GroupTrigger, now: Instant): Grouping.Staged {
                staged = set.id()
                return room.broker.stage(set, trigger, now)
            }
        }
        room.join("g", "a")
        room.newServer(broker).start { _, context ->
            seen += context.taskId()
            CompletableFuture.completedFuture(null)
        }
        room.advance(1.seconds)
        seen shouldContainExactly listOf(staged)
    }

    test("closing waits for aggregations, within the shutdown timeout") {
        lateinit var room: Room
        room = Room {
            groupMaxSize(1).handlerExecutor { room.time.after(3.seconds.java, it) }.aggregator { _, tasks ->
                Task.of("batch", tasks.single().payload())
            }
        }
        room.join("g", "a")
        room.broker.pause(QUEUE)
        room.handled()
        room.advance(1.milliseconds)
        room.server.close()
        room.broker.pending(QUEUE) shouldHaveSize 1
        room.waiting().shouldBeEmpty()
    }

    test(
        "closing gives back what is still being aggregated after the shutdown timeout, and what comes later is not used",
    ) {
        val ended = CompletableFuture<Unit>()
        val started = CompletableFuture<Unit>()
        val stay = CompletableFuture<Unit>()
        val room = Room {
            groupMaxSize(1).handlerExecutor {
                thread(isDaemon = true) {
                    it.run()
                    ended.complete(Unit)
                }
            }
                .aggregator { _, tasks ->
                    started.complete(Unit)
                    stay.join() // deaf to interruption
                    Task.of("batch", tasks.single().payload())
                }
        }
        room.join("g", "a")
        room.broker.pause(QUEUE)
        room.handled()
        room.advance(1.milliseconds)
        started.join()
        room.server.close()
        room.waiting() shouldContainExactly listOf("a")
        stay.complete(Unit)
        ended.join()
        room.waiting() shouldContainExactly listOf("a")
        room.broker.pending(QUEUE).shouldBeEmpty()
    }

    test("not more than eight sets are aggregated at a time, and none waits for longer than one of those takes") {
        val running = mutableListOf<Runnable>()
        val room = Room {
            groupMaxSize(1).aggregator(Joining()).handlerExecutor { running += it }
        }
        (1..20).forEach { room.join("g$it", "$it") }
        room.broker.pause(QUEUE)
        room.server.start { _, _ -> CompletableFuture.completedFuture(null) }
        room.advance(1.minutes)
        running shouldHaveSize 8
        running.toList().forEach { it.run() }
        room.advance(1.milliseconds)
        running shouldHaveSize 16
    }

    test("a delayed member joins its group when it is due, and is aggregated there") {
        val room = Room { aggregator(Joining()).groupGracePeriod(1.seconds.java) }
        val handled = room.handled()
        room.join("g", "a", options = Options.defaults().processIn(30.seconds.java))
        room.advance(30.seconds)
        handled.shouldBeEmpty()
        room.advance(5.seconds)
        handled shouldContainExactly listOf("a")
    }

    listOf<Pair<String, TaskServerBuilder.() -> Unit>>(
        "group grace period must be at least PT1S: PT0.999S" to { groupGracePeriod(999.milliseconds.java) },
        "group grace period must be at least PT1S: PT0S" to { groupGracePeriod(KotlinDuration.ZERO.java) },
        "group max delay must be at least PT0S: PT-1S" to { groupMaxDelay((-1).seconds.java) },
        "group max size must be at least 0: -1" to { groupMaxSize(-1) },
    ).forEach { (message, set) ->
        test("refused: $message") {
            shouldThrow<IllegalArgumentException> { Room { set() } }.message!! shouldContain message
        }
    }

    test("fractions of a second in settings of groups are rounded up") {
        val room = Room { aggregator(Joining()).groupMaxDelay(1.milliseconds.java) }
        val handled = room.handled()
        room.join("g", "a")
        room.advance(900.milliseconds)
        handled.shouldBeEmpty()
        room.advance(10.seconds)
        handled shouldContainExactly listOf("a")
    }
})
