package io.asynq4j.kotlin

import io.asynq4j.kotlin.samples.WelcomeEmail
import io.asynq4j.kotlin.samples.cancelTask
import io.asynq4j.kotlin.samples.enqueueMany
import io.asynq4j.kotlin.samples.enqueueOne
import io.asynq4j.kotlin.samples.welcomeEmail
import io.asynq4j.spi.Broker
import io.asynq4j.spi.Placement
import io.asynq4j.task.DuplicateTaskException
import io.asynq4j.task.EnqueueOutcome
import io.asynq4j.task.TaskState
import io.asynq4j.testing.InMemoryBroker
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.asFlow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.yield
import java.lang.reflect.Modifier
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage
import kotlin.coroutines.Continuation
import kotlin.time.Duration.Companion.minutes

class CoroutineTaskClientTest : FunSpec({
    test("enqueueing answers the task as it was stored") {
        val broker = InMemoryBroker.create()
        val info = enqueueOne(broker)
        info.state shouldBe TaskState.SCHEDULED
        broker.tasks("critical", TaskState.SCHEDULED).single().task().headers() shouldBe mapOf("trace" to "4bf92f35")
    }

    test("a refusal is thrown as it is, and not wrapped") {
        val client = InMemoryBroker.create().taskClient()
        client.enqueue(welcomeEmail(WelcomeEmail(1))) { uniqueFor = 1.minutes }
        shouldThrow<DuplicateTaskException> { client.enqueue(welcomeEmail(WelcomeEmail(1))) { uniqueFor = 1.minutes } }
    }

    test("a flow is stored in batches, with an outcome for each task in order") {
        val outcomes = enqueueMany(InMemoryBroker.create())
        outcomes shouldHaveSize 1_000
        outcomes.map { welcomeEmail.decode((it as EnqueueOutcome.Accepted).task().payload()).userId } shouldBe
            (1L..1_000L).toList()
    }

    test("a task of a flow that is refused is an outcome among the others") {
        val client = InMemoryBroker.create().taskClient()
        val tasks = listOf("a", "b", "a", "c").asFlow().map { id -> welcomeEmail(WelcomeEmail(1)).with { taskId = id } }
        client.enqueueAll(tasks, batch = 3).map { it is EnqueueOutcome.Accepted }.toList() shouldBe
            listOf(true, true, false, true)
    }

    test("a flow is asked for no more than one batch ahead of what is taken") {
        var asked = 0
        val client = InMemoryBroker.create().taskClient()
        val tasks = (1L..1_000L).asFlow().onEach { asked++ }.map { welcomeEmail(WelcomeEmail(it)) }
        client.enqueueAll(tasks, batch = 10).take(15).toList() shouldHaveSize 15
        asked shouldBe 20
    }

    test("a batch of none is refused") {
        val client = InMemoryBroker.create().taskClient()
        shouldThrow<IllegalArgumentException> {
            client.enqueueAll(listOf<Nothing>().asFlow(), batch = 0)
        }.message shouldBe
            "batch must be at least 1: 0"
    }

    test("waiting for a broker that does not answer blocks nobody, and can be cancelled") {
        val silent = object : Broker by InMemoryBroker.create() {
            override fun submit(placements: List<Placement>): CompletionStage<List<EnqueueOutcome>> =
                CompletableFuture()
        }
        val waiting = async { silent.taskClient().enqueue(welcomeEmail(WelcomeEmail(1))) }
        yield()
        waiting.isActive shouldBe true
        waiting.cancelAndJoin()
    }

    test("a broker that blocks its caller is called on another thread") {
        var caller: Thread? = null
        val memory = InMemoryBroker.create()
        val blocking = object : Broker by memory {
            override fun blocking() = true

            override fun submit(placements: List<Placement>): CompletionStage<List<EnqueueOutcome>> {
                caller = Thread.currentThread()
                return memory.submit(placements)
            }
        }
        blocking.taskClient().enqueue(welcomeEmail(WelcomeEmail(1)))
        caller shouldNotBe null
        caller shouldNotBe Thread.currentThread()
    }

    test("cancelling a task that nobody works on answers no, and leaves it") {
        val broker = InMemoryBroker.create()
        cancelTask(broker) shouldBe false
        broker.tasks("default", TaskState.PENDING) shouldHaveSize 1
    }

    test("a closed client refuses, and leaves its broker open") {
        val broker = InMemoryBroker.create()
        val client = broker.taskClient()
        client.close()
        shouldThrow<IllegalStateException> { client.enqueue(welcomeEmail(WelcomeEmail(1))) }
        broker.ping()
    }

    // A blocking member would win over a suspending extension of the same name, and block in silence.
    test("no member blocks: each suspends, or answers a flow") {
        val members = CoroutineTaskClient::class.java.declaredMethods
            .filter { Modifier.isPublic(it.modifiers) && !it.isSynthetic }
        members.filterNot { method ->
            method.parameterTypes.lastOrNull() == Continuation::class.java ||
                method.returnType == kotlinx.coroutines.flow.Flow::class.java
        }.map { it.name }.shouldBeEmpty()
        members.map { it.name }.toSet() shouldBe setOf("enqueue", "enqueueAll", "cancel", "close")
    }
})
