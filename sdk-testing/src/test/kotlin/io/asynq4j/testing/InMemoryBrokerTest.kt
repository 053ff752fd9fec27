package io.asynq4j.testing

import io.asynq4j.client.TaskClient
import io.asynq4j.spi.Broker
import io.asynq4j.spi.Demand
import io.asynq4j.spi.Ending
import io.asynq4j.spi.Lease
import io.asynq4j.spi.Settled
import io.asynq4j.task.BrokerUnavailableException
import io.asynq4j.task.EnqueueOutcome
import io.asynq4j.task.Options
import io.asynq4j.task.Task
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.time.Duration
import java.time.Instant
import java.time.LocalDate
import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.concurrent.thread

private val start = Instant.parse("2026-11-21T06:00:00Z")
private val today = LocalDate.parse("2026-11-21")

private class Room {
    val time: VirtualTime = VirtualTime.startingAt(start)
    val broker: InMemoryBroker = InMemoryBroker.on(time)
    val client: TaskClient = TaskClient.of(broker, time)

    fun enqueue(id: String, options: Options = Options.defaults()) =
        client.enqueue(Task.of("type:$id"), options.taskId(id))

    fun fetch(count: Int = 1) = broker.fetch(demand(count, time.instant()))
}

private fun demand(count: Int, now: Instant) =
    Demand(listOf(Demand.Share("default", count)), now, now.plusSeconds(30), "attempt")

private fun <T> inParallel(count: Int, action: (Int) -> T): List<T> {
    val results = ConcurrentLinkedQueue<T>()
    List(count) { n -> thread { results += action(n) } }.forEach { it.join() }
    return results.toList()
}

private fun Broker.drain(now: Instant): List<Lease> = generateSequence { fetch(demand(7, now)).ifEmpty { null } }
    .onEach { leases -> settle(leases.map { Ending.Done(it) }, now).toSet() shouldBe setOf(Settled.WRITTEN) }
    .flatten()
    .toList()

class InMemoryBrokerTest : FunSpec({
    test("its views show where every task is, what it is, and the time that goes with that") {
        val room = Room()
        room.enqueue("active")
        room.enqueue("done", Options.defaults().retention(Duration.ofHours(1)))
        room.enqueue("failed")
        room.enqueue("dead")
        val (_, done, failed, dead) = room.fetch(4)
        room.broker.settle(
            listOf(
                Ending.Completed(done),
                Ending.Retried(failed, start.plusSeconds(60), "boom", true),
                Ending.Archived(dead, "dead"),
            ),
            start,
        )
        room.enqueue("waiting")
        room.enqueue("later", Options.defaults().processIn(Duration.ofMinutes(10)))
        room.enqueue("member", Options.defaults().group("mails"))

        val broker = room.broker
        broker.pending("default").map { it.task.type to it.time } shouldBe listOf("type:waiting" to start)
        broker.active("default").map { it.id() to it.time } shouldBe listOf("active" to start.plusSeconds(30))
        broker.scheduled("default").map { it.id() to it.time } shouldBe listOf("later" to start.plusSeconds(600))
        broker.retrying("default").map { it.id() to it.time } shouldBe listOf("failed" to start.plusSeconds(60))
        broker.retrying("default").single().task.progress.lastError shouldBe "boom"
        broker.archived("default").map { it.id() to it.time } shouldBe listOf("dead" to start)
        broker.completed("default").map { it.id() to it.time } shouldBe listOf("done" to start.plusSeconds(3600))
        broker.aggregating("default", "mails").map { it.id() to it.time } shouldBe listOf("member" to start)
        broker.aggregating("default", "others").shouldBeEmpty()
        broker.groups("default") shouldBe setOf("mails")
        broker.queues() shouldBe setOf("default")
        (broker.processed("default") to broker.failed("default")) shouldBe (3L to 2L)
        (broker.processed("default", today) to broker.failed("default", today)) shouldBe (3L to 2L)
        broker.processed("default", today.plusDays(1)) shouldBe 0
    }

    test("a view is a copy, and looking or fetching does not make a queue known") {
        val room = Room()
        room.broker.pause("never")
        room.fetch().shouldBeEmpty()
        room.broker.queues().shouldBeEmpty()

        room.enqueue("one")
        val before = room.broker.pending("default")
        room.fetch()
        before.map { it.id() } shouldBe listOf("one")
    }

    test("a closed one refuses everything, and still shows what it holds") {
        val room = Room()
        room.enqueue("one")
        room.enqueue("two")
        val lease = room.fetch().single()
        room.broker.close()

        val outcome = room.client.enqueueAll(listOf(Task.of("late"))).single()
        outcome.shouldBeInstanceOf<EnqueueOutcome.Refused>().reason.shouldBeInstanceOf<BrokerUnavailableException>()
        room.broker.settle(listOf(Ending.Done(lease)), start) shouldContainExactly listOf(Settled.UNKNOWN)
        shouldThrow<BrokerUnavailableException> { room.fetch() }
        shouldThrow<BrokerUnavailableException> { room.broker.ping() }
        room.broker.active("default").map { it.id() } shouldBe listOf("one")
        room.broker.pending("default").map { it.id() } shouldBe listOf("two")
    }

    test("who watches is told when there is something new to run, until that is closed") {
        val room = Room()
        var told = 0
        val watch = room.broker.watch({ told++ }, {})
        fun tells(action: () -> Unit): Boolean = told.let { before -> action().run { told > before } }
        tells { room.enqueue("a") } shouldBe true
        tells { room.enqueue("b", Options.defaults().processIn(Duration.ofSeconds(5))) } shouldBe true
        var lease = room.fetch().single()
        tells { room.broker.settle(listOf(Ending.Released(lease)), start) } shouldBe true
        tells { lease = room.fetch().single() } shouldBe false
        tells { room.broker.settle(listOf(Ending.Retried(lease, start, "no", true)), start) } shouldBe true
        tells { room.broker.forward("default", start.plusSeconds(5), 10) } shouldBe true
        tells { room.broker.forward("default", start.plusSeconds(5), 10) } shouldBe false
        tells { room.broker.unpause("default") } shouldBe true
        watch.close()
        tells { room.enqueue("c") } shouldBe false
    }

    test("a unique lock is held for whole seconds, as on Redis") {
        val room = Room()
        val unique = Options.defaults().uniqueFor(Duration.ofMillis(1500))
        fun accepted() =
            room.client.enqueueAll(listOf(Task.of("same").with(unique))).single() is EnqueueOutcome.Accepted
        accepted() shouldBe true
        room.time.advance(Duration.ofMillis(1999))
        accepted() shouldBe false
        room.time.advance(Duration.ofMillis(1))
        accepted() shouldBe true
    }

    test("one on the system's clock needs nothing else") {
        val broker = InMemoryBroker.create()
        TaskClient.of(broker).use { it.enqueue(Task.of("hello"), Options.defaults().uniqueFor(Duration.ofMinutes(1))) }
        broker.pending("default").map { it.task.type } shouldBe listOf("hello")
    }

    test("whatever many threads submit, many threads fetch, each task once") {
        val room = Room()
        inParallel(8) { n -> repeat(250) { room.enqueue("$n-$it") } }
        val fetched = inParallel(8) { room.broker.drain(start) }.flatten().map { it.id() }
        fetched.size shouldBe 2000
        fetched.toSet().size shouldBe 2000
        room.broker.processed("default") shouldBe 2000
        room.broker.pending("default").shouldBeEmpty()
        room.broker.active("default").shouldBeEmpty()
    }

    test("of many threads that want one lock or one id, one gets it") {
        val room = Room()
        val unique = Options.defaults().uniqueFor(Duration.ofHours(1))
        val locks = inParallel(8) { room.client.enqueueAll(listOf(Task.of("same").with(unique))).single() }
        locks.count { it is EnqueueOutcome.Accepted } shouldBe 1
        val ids = inParallel(8) { n ->
            room.client.enqueueAll(listOf(Task.of("type $n").with(Options.defaults().taskId("same")))).single()
        }
        ids.count { it is EnqueueOutcome.Accepted } shouldBe 1
    }

    test("of many threads that settle one attempt, one does") {
        val room = Room()
        room.enqueue("one")
        val lease = room.fetch().single()
        val answers = inParallel(8) { room.broker.settle(listOf(Ending.Released(lease)), start).single() }
        answers.count { it == Settled.WRITTEN } shouldBe 1
        room.broker.pending("default").map { it.id() } shouldBe listOf("one")
    }
})
