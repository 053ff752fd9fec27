package io.asynq4j.server

import io.asynq4j.client.TaskClient
import io.asynq4j.handler.RetryPolicy
import io.asynq4j.handler.SkipRetryException
import io.asynq4j.handler.TaskMdc
import io.asynq4j.task.Options
import io.asynq4j.task.Task
import io.asynq4j.testing.InMemoryBroker
import io.asynq4j.testing.TestContext
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import org.slf4j.MDC
import java.util.Collections
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import java.util.logging.Handler
import java.util.logging.Level
import java.util.logging.LogRecord
import java.util.logging.Logger
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

class TaskMdcTest : FunSpec({
    beforeTest { MDC.clear() }
    afterTest { MDC.clear() }

    test("a handler's log lines tell task and attempt, and what was in the MDC before is there again afterwards") {
        val room = Room { retryPolicy(RetryPolicy.fixed(1.minutes.java)) }
        val seen = mutableListOf<Map<String, String>?>()
        MDC.put("request", "7")
        MDC.put(TaskMdc.ID, "of the thread")
        room.enqueue("mail", Options.defaults().taskId("a").maxRetry(1))
        room.handle { _, _ ->
            seen += MDC.getCopyOfContextMap()
            MDC.put(TaskMdc.QUEUE, "changed by the handler")
            error("no luck")
        }
        room.advance(1.days) // on this thread, which thus is the handler's
        seen shouldContainExactly listOf("1", "2").map { attempt ->
            mapOf(
                "request" to "7",
                "task.id" to "a",
                "task.type" to "mail",
                "task.queue" to "default",
                "task.attempt" to attempt,
            )
        }
        MDC.getCopyOfContextMap() shouldBe mapOf("request" to "7", "task.id" to "of the thread")
    }

    test("a task that runs within another leaves the other its entries") {
        val seen = mutableListOf<String?>()
        TaskMdc.run(TestContext.of("outer").taskId("o")) {
            TaskMdc.run(TestContext.of("inner").taskId("i").retried(3)) {
                seen +=
                    MDC.get("task.id") + MDC.get("task.attempt")
            }
            seen += MDC.get("task.id") + MDC.get("task.attempt")
        }
        seen shouldContainExactly listOf("i4", "o1")
        MDC.get("task.id") shouldBe null
    }

    test("an asynchronous handler's thread has no entries once its method has returned") {
        val room = Room()
        val stage = CompletableFuture<Unit>()
        var during: String? = null
        room.enqueue("a", Options.defaults().taskId("a"))
        room.handleAsync { _, _ ->
            during = MDC.get(TaskMdc.ID)
            stage
        }
        room.advance(1.seconds)
        during shouldBe "a"
        MDC.getCopyOfContextMap().orEmpty().keys.shouldBeEmpty()
        stage.complete(Unit)
    }

    test("the engine's lines about one task carry it, whatever thread they come from") {
        val lines = captured()
        val room = Room { cancelGrace(1.seconds.java) }
        val late = CompletableFuture<Unit>()
        room.enqueue("retried", Options.defaults().taskId("retried"))
        room.enqueue("archived", Options.defaults().taskId("archived"))
        room.enqueue("late", Options.defaults().taskId("late").timeout(30.seconds.java))
        room.handleAsync { task, _ ->
            when (task.type()) {
                "retried" -> error("no luck")
                "archived" -> CompletableFuture.failedFuture<Unit>(SkipRetryException("never"))
                else -> late
            }
        }
        room.advance(1.minutes)
        fun about(text: String) = lines.filter { (line, _) -> text in line }.map { (_, id) -> id }.distinct()
        about("is retried in").first() shouldBe "retried"
        about("is not to be retried and is archived") shouldContainExactly listOf("archived")
        about("ignores its cancellation") shouldContainExactly listOf("late")
        val elsewhere = Executors.newSingleThreadExecutor()
        elsewhere.submit { late.complete(Unit) }.get(5, TimeUnit.SECONDS)
        elsewhere.submit<String?> { MDC.get(TaskMdc.ID) }.get(5, TimeUnit.SECONDS) shouldBe null
        elsewhere.shutdown()
        about("has ended after its attempt was over") shouldContainExactly listOf("late")
    }

    test("threads of the server's own, virtual ones where Java has them, each tell their own task") {
        val broker = InMemoryBroker.create()
        val seen = ConcurrentHashMap<String, String>()
        val done = CountDownLatch(100)
        TaskServer.builder(broker).concurrency(10).build().use { server ->
            server.start { _, context ->
                CompletableFuture.supplyAsync { 1 }.join() // so that virtual threads change their carriers
                seen[context.taskId()] = MDC.get(TaskMdc.ID).shouldNotBeNull()
                done.countDown()
                CompletableFuture.completedFuture(null) as CompletionStage<*>
            }
            TaskClient.of(broker).enqueueAll((1..100).map { Task.of("t") })
            done.await(20, TimeUnit.SECONDS) shouldBe true
        }
        seen.filter { (id, inMdc) -> id != inMdc }.keys.shouldBeEmpty()
    }
})

/** Every log line of the library from now on, and the task id that its MDC had. */
private fun captured(): List<Pair<String, String?>> {
    val lines = Collections.synchronizedList(mutableListOf<Pair<String, String?>>())
    val log = Logger.getLogger("io.asynq4j")
    log.level = Level.ALL
    log.addHandler(
        object : Handler() {
            override fun publish(record: LogRecord) {
                lines += record.message to MDC.get(TaskMdc.ID)
            }

            override fun flush() = Unit

            override fun close() = Unit
        },
    )
    return lines
}
