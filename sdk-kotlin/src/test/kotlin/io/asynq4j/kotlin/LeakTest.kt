package io.asynq4j.kotlin

import io.asynq4j.handler.RevokeTaskException
import io.asynq4j.handler.SkipRetryException
import io.asynq4j.handler.SnoozeException
import io.asynq4j.task.Task
import io.asynq4j.task.TaskState
import io.asynq4j.testing.InMemoryBroker
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.maps.shouldBeEmpty
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import java.lang.management.ManagementFactory
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.Executors
import java.util.logging.Level
import java.util.logging.Logger
import javax.management.ObjectName
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

private const val TASKS = 100_000

class LeakTest : FunSpec({
    test("of 100,000 tasks that end in every way, no job, thread or continuation is left") {
        quietly {
            val threadsBefore = threads()
            val aliveBefore = alive()
            val pool = Executors.newFixedThreadPool(2)
            val parent = Job()
            val broker = InMemoryBroker.create()
            val endings = Endings(broker.taskClient())
            val server = taskServer(broker, pool.asCoroutineDispatcher() + parent) {
                concurrency = 1_000
                checkInterval = 10.milliseconds
                endings.all.forEach { (name, handler) -> handle(name) { handler() } }
                handle(taskType<Int>("unreadable")) { }
            }
            server.start()
            endings.tasks().chunked(1_000).forEach { some ->
                broker.taskClient().enqueueAll(some).forEach { it.orThrow() }
            }
            withClue("all have ended") {
                eventually(2.minutes) {
                    listOf(TaskState.PENDING, TaskState.ACTIVE, TaskState.SCHEDULED, TaskState.RETRY)
                        .associateWith { broker.tasks("default", it).size }.filterValues { it > 0 }.shouldBeEmpty()
                }
            }

            eventually(10.seconds) { parent.children.single().children.toList().shouldBeEmpty() }
            eventually(10.seconds) {
                alive().filter { (type, count) -> count > aliveBefore.getValue(type) }.shouldBeEmpty()
            }
            server.close()
            parent.children.toList().shouldBeEmpty()
            pool.shutdown()
            eventually(10.seconds) { (threads() - threadsBefore).shouldBeEmpty() }
            println("$TASKS tasks, of which ${broker.failed("default")} failed; and alive: ${alive()}")
        }
    }
})

/** Every way in which an attempt can end. */
private class Endings(private val client: CoroutineTaskClient) {
    private val snoozed = ConcurrentHashMap.newKeySet<String>()

    val all: Map<String, suspend CurrentTask.() -> Unit> = mapOf(
        "done" to { },
        "done later" to { delay(1) },
        "failed" to { error("out of paper") },
        "failed badly" to { throw StackOverflowError() },
        "skipped" to { throw SkipRetryException("never again") },
        "revoked" to { throw RevokeTaskException("nobody wants it") },
        "snoozed" to { if (snoozed.add(id)) throw SnoozeException(java.time.Duration.ofSeconds(1)) },
        "timed out" to { withTimeout(1) { awaitCancellation() } },
        "cancelled itself" to {
            currentCoroutineContext().cancel()
            delay(1)
        },
        "child failed" to {
            coroutineScope {
                launch { error("one of two") }
                launch { awaitCancellation() }
            }
        },
        "operator" to {
            client.cancel(queue, id)
            awaitCancellation()
        },
        "deadline" to {
            try {
                awaitCancellation()
            } finally {
                withContext(NonCancellable) { delay(1) }
            }
        },
    )

    fun tasks(): List<Task> {
        val slow = listOf("deadline", "snoozed") // a second each
        val fast = all.keys - slow + "unreadable"
        val names = (0 until TASKS).map { if (it % 50 == 0) slow[it / 50 % 2] else fast.elementAt(it % fast.size) }
        return names.map { name ->
            Task.of(name).with {
                maxRetry = 0
                timeout = if (name == "deadline") 1.seconds else 1.minutes
            }
        }
    }
}

/** How many there are of what lives as long as an attempt: its parts, its coroutine, and what that is suspended in. */
private fun alive(): Map<String, Long> {
    val histogram = ManagementFactory.getPlatformMBeanServer().invoke(
        ObjectName("com.sun.management:type=DiagnosticCommand"),
        "gcClassHistogram", // which collects the garbage first
        arrayOf<Any>(emptyArray<String>()),
        arrayOf(Array<String>::class.java.name),
    ).toString()
    val counts = histogram.lines().map { it.trim().split(Regex("\\s+")) }.filter { it.size >= 4 }
        .associate { it[3] to it[1] }
    return SHORT_LIVED.associateWith { counts[it]?.toLong() ?: 0 }
}

private val SHORT_LIVED = listOf(
    "io.asynq4j.server.Attempt",
    "io.asynq4j.kotlin.CurrentTask",
    "io.asynq4j.kotlin.MdcContext",
    "kotlinx.coroutines.StandaloneCoroutine",
    "kotlinx.coroutines.CancellableContinuationImpl",
)

/** Those that a server could have started; coroutines' own pool comes and goes. */
private fun threads(): Set<Thread> = Thread.getAllStackTraces().keys.filterNot {
    it.name.startsWith("DefaultDispatcher") || it.name.startsWith("kotlinx.coroutines")
}.toSet()

/** Without a line for each task that fails. */
private suspend fun quietly(test: suspend () -> Unit) {
    val logger = Logger.getLogger("io.asynq4j")
    logger.level = Level.OFF
    try {
        test()
    } finally {
        logger.level = null
    }
}
