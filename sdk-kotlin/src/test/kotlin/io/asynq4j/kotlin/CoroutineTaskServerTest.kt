package io.asynq4j.kotlin

import io.asynq4j.handler.CancelReason
import io.asynq4j.kotlin.samples.Mailer
import io.asynq4j.kotlin.samples.WelcomeEmail
import io.asynq4j.kotlin.samples.askForTheTask
import io.asynq4j.kotlin.samples.bridgeToJava
import io.asynq4j.kotlin.samples.runServer
import io.asynq4j.kotlin.samples.startServer
import io.asynq4j.kotlin.samples.tellCancellations
import io.asynq4j.kotlin.samples.welcomeEmail
import io.asynq4j.server.ServerState
import io.asynq4j.spi.Broker
import io.asynq4j.spi.Lease
import io.asynq4j.task.Payload
import io.asynq4j.task.Task
import io.asynq4j.task.TaskState
import io.asynq4j.testing.InMemoryBroker
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import org.slf4j.MDC
import java.util.concurrent.CompletionStage
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.Executors
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

class CoroutineTaskServerTest : FunSpec({
    fun room(setup: TaskServerSetup.() -> Unit) = autoClose(Room(setup))

    test("a handler gets its value, may suspend, and its task is done") {
        val mailer = Mailer()
        val broker = InMemoryBroker.create()
        val server = startServer(broker, mailer)
        broker.taskClient().enqueue(welcomeEmail(WelcomeEmail(42)))
        eventually(5.seconds) { broker.processed("default") shouldBe 1 }
        mailer.sent shouldContainExactly listOf(42L)
        server.close()
        server.state shouldBe ServerState.CLOSED
    }

    test("one failing task cancels no other") {
        val released = CompletableDeferred<Unit>()
        val room = room {
            concurrency = 2
            handle("fail") { error("out of paper") }
            handle("wait") { released.await() }
        }
        room.enqueue(Task.of("wait"), Task.of("fail"))
        eventually(5.seconds) { room.broker.tasks("default", TaskState.RETRY) shouldHaveSize 1 }
        room.broker.tasks("default", TaskState.ACTIVE) shouldHaveSize 1
        released.complete(Unit)
        eventually(5.seconds) { room.broker.tasks("default", TaskState.ACTIVE).shouldBeEmpty() }
        room.broker.processed("default") shouldBe 2
    }

    test("a cancellation of the handler's own is an ordinary failure") {
        val room = room {
            handle("timeout") { withTimeout(1.milliseconds) { awaitCancellation() } }
            handle("thrown") { throw CancellationException("I give up") }
            handle("self") {
                currentCoroutineContext()[Job]!!.cancel()
                delay(1)
            }
        }
        room.enqueue(Task.of("timeout"), Task.of("thrown"), Task.of("self"))
        eventually(5.seconds) { room.broker.tasks("default", TaskState.RETRY) shouldHaveSize 3 }
        val errors = room.broker.tasks("default", TaskState.RETRY).map { it.task().lastError().get() }
        errors.joinToString() shouldContain "Timed out waiting for 1 ms"
        errors.joinToString() shouldContain "I give up"
    }

    test("closing cancels what takes longer than the timeout, waits for its last words, and gives the task back") {
        val said = ConcurrentLinkedQueue<String>()
        val started = CompletableDeferred<Unit>()
        val room = room {
            shutdownTimeout = 1.milliseconds
            cancelGrace = 5.seconds
            handle("long") {
                try {
                    started.complete(Unit)
                    awaitCancellation()
                } catch (cancelled: TaskCancellation) {
                    said += "${cancelled.reason}"
                    throw cancelled
                } finally {
                    withContext(NonCancellable) { delay(50) }
                    said += "cleaned up"
                }
            }
        }
        room.enqueue(Task.of("long"))
        started.await()
        room.server.close()
        said.toList() shouldContainExactly listOf("${CancelReason.SHUTDOWN}", "cleaned up")
        room.broker.tasks("default", TaskState.PENDING) shouldHaveSize 1
    }

    test("handlers know their task, and so does what they call") {
        val told = CompletableDeferred<String>()
        val room = room { handle("ask") { withContext(Dispatchers.IO) { told.complete(askForTheTask()) } } }
        room.enqueue(Task.of("ask"))
        told.await() shouldContain "attempt 1 at ask "
        askForTheTask() shouldBe "called outside of a handler"
        shouldThrow<IllegalStateException> { currentTask() }
    }

    test("middleware is around the handler, in its order and its coroutine, and can leave it out") {
        val log = ConcurrentLinkedQueue<String>()
        val room = room {
            around { next ->
                log += "first"
                withContext(CoroutineName("named")) { next() }
                log += "last"
            }
            around { next -> if (type == "skip") log += "skipped" else next() }
            handle("run") { log += "running in ${currentCoroutineContext()[CoroutineName]?.name}" }
            handle("skip") { error("never called") }
        }
        room.enqueue(Task.of("run"))
        eventually(5.seconds) { room.broker.processed("default") shouldBe 1 }
        log.toList() shouldContainExactly listOf("first", "running in named", "last")
        log.clear()
        room.enqueue(Task.of("skip"))
        eventually(5.seconds) { room.broker.processed("default") shouldBe 2 }
        log.toList() shouldContainExactly listOf("first", "skipped", "last")
    }

    test("the MDC names the task on whatever thread its coroutine is, and on no other") {
        val elsewhere = autoClose(Executors.newSingleThreadExecutor().asCoroutineDispatcher())
        // its thread is started here: one that is started in a task has that task's MDC for life, with slf4j-jdk14
        withContext(elsewhere) { MDC.setContextMap(mapOf("mine" to "kept")) }
        val seen = CompletableDeferred<List<Map<String, String>?>>()
        val room = room {
            handle("log") {
                val here = MDC.getCopyOfContextMap()
                val there = withContext(elsewhere) { MDC.getCopyOfContextMap() }
                seen.complete(listOf(here, there))
            }
        }
        room.enqueue(Task.of("log"))
        val id = seen.await().first().orEmpty()["task.id"]
        val task = mapOf("task.id" to id, "task.type" to "log", "task.queue" to "default", "task.attempt" to "1")
        seen.await().forEach { it shouldBe task }
        withContext(elsewhere) { MDC.getCopyOfContextMap() } shouldBe mapOf("mine" to "kept")
    }

    test("handlers run in the dispatcher of choice, and below the job of choice") {
        val dispatcher = autoClose(Executors.newSingleThreadExecutor { Thread(it, "mine") }.asCoroutineDispatcher())
        val parent = Job()
        val seen = CompletableDeferred<String>()
        val broker = InMemoryBroker.create()
        val server = taskServer(broker, dispatcher + parent) {
            handle("where") { seen.complete(Thread.currentThread().name) }
        }
        server.start()
        broker.taskClient().enqueue(Task.of("where"))
        seen.await().substringBefore(" @") shouldBe "mine"
        server.close()
        eventually(5.seconds) { parent.children.toList().shouldBeEmpty() }
    }

    test("a server whose job is cancelled fetches nothing more, and gives back what it has as it was") {
        val parent = Job()
        val started = CompletableDeferred<Unit>()
        val broker = InMemoryBroker.create()
        val server = taskServer(broker, parent + Dispatchers.Default) {
            handle("long") {
                started.complete(Unit)
                awaitCancellation()
            }
        }
        server.start()
        broker.taskClient().enqueue(Task.of("long"))
        started.await()
        parent.cancel()
        repeat(20) { broker.taskClient().enqueue(Task.of("long")) }
        eventually(5.seconds) {
            server.state shouldBe ServerState.QUIET
            val waiting = broker.tasks("default", TaskState.PENDING) + broker.tasks("default", TaskState.SCHEDULED)
            waiting.map { it.task().progress().retried() } shouldContainExactly List(21) { 0 }
        }
        server.close()
        val late = taskServer(broker, parent) { handle("long") {} }
        shouldThrow<IllegalStateException> { late.start() }.message shouldBe
            "the job that handlers run below is over: nothing can run"
        late.close()
    }

    test("a result is written on another thread than the handler's when the broker blocks") {
        val memory = InMemoryBroker.create()
        val writer = CompletableDeferred<String>()
        val blocking = object : Broker by memory {
            override fun blocking() = true

            override fun writeResult(lease: Lease, result: Payload): CompletionStage<Boolean> {
                writer.complete(Thread.currentThread().name)
                return memory.writeResult(lease, result)
            }
        }
        val dispatcher = autoClose(Executors.newSingleThreadExecutor { Thread(it, "mine") }.asCoroutineDispatcher())
        val server = taskServer(blocking, dispatcher) { handle("write") { writeResult(Payload.ofUtf8("done")) } }
        server.start()
        memory.taskClient().enqueue(Task.of("write"))
        writer.await().substringBefore(" @") shouldNotBe "mine"
        server.close()
    }

    test("a payload that does not fit archives the task at once") {
        val room = room { handle(welcomeEmail) { } }
        room.enqueue(Task.of("email:welcome"))
        eventually(5.seconds) { room.broker.tasks("default", TaskState.ARCHIVED) shouldHaveSize 1 }
    }

    test("cancelling the coroutine that runs a server drains it") {
        runServer(InMemoryBroker.create(), Mailer())
    }

    test("a router of coroutines serves a server of Java's kind") {
        val broker = InMemoryBroker.create()
        val scope = kotlinx.coroutines.CoroutineScope(Dispatchers.Default)
        val mailer = Mailer()
        val server = autoClose(bridgeToJava(broker, scope, mailer))
        broker.taskClient().enqueue(welcomeEmail(WelcomeEmail(7)))
        eventually(5.seconds) { broker.tasks("low", TaskState.PENDING) shouldHaveSize 1 }
        server.close()
    }

    test("a server that is refused leaves nothing below the job that it was to be in") {
        withTimeout(10.seconds) {
            coroutineScope {
                shouldThrow<IllegalArgumentException> {
                    taskServer(InMemoryBroker.create(), coroutineContext) { concurrency = 0 }
                }
                shouldThrow<IllegalStateException> {
                    taskServer(InMemoryBroker.create(), coroutineContext) { error("no routes today") }
                }
            }
        }
    }

    test("a wrong setting is refused with the value and the rule") {
        shouldThrow<IllegalArgumentException> {
            taskServer(InMemoryBroker.create()) { concurrency = 0 }
        }.message shouldBe
            "concurrency must be at least 1: 0"
    }

    test("the sample tells its own timeout from a cancellation by the server") {
        shouldThrow<IllegalStateException> { tellCancellations { throw CancellationException("own") } }
        shouldThrow<TaskCancellation> { tellCancellations { throw TaskCancellation(CancelReason.OPERATOR) } }
    }
})

/** A server that is started, and its broker. */
private class Room(setup: TaskServerSetup.() -> Unit) : AutoCloseable {
    val broker: InMemoryBroker = InMemoryBroker.create()
    val server = taskServer(broker) {
        checkInterval = 10.milliseconds
        setup()
    }

    init {
        server.start()
    }

    suspend fun enqueue(vararg tasks: Task) = broker.taskClient().enqueueAll(tasks.toList()).forEach { it.orThrow() }

    override fun close() = server.java.close()
}
