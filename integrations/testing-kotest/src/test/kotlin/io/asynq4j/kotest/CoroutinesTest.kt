package io.asynq4j.kotest

import io.asynq4j.handler.AsyncHandler
import io.asynq4j.handler.TaskCancelledException
import io.asynq4j.handler.TaskContext
import io.asynq4j.handler.TaskRouter
import io.asynq4j.task.Codec
import io.asynq4j.task.Options
import io.asynq4j.task.TaskType
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import java.time.Duration
import java.util.concurrent.CompletableFuture
import kotlin.system.measureTimeMillis
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

private val GREET: TaskType<String> = TaskType.of("greet", Codec.utf8())

private typealias Work = suspend (String, TaskContext) -> Unit

/** A coroutine for each task, cancelled with its attempt. */
private fun CoroutineScope.suspending(work: Work) = AsyncHandler<String> { value, context ->
    val ended = CompletableFuture<Unit>()
    var failure: Throwable? = null
    val running = launch {
        // a failure is caught here: it ends this task, not its siblings
        try {
            work(value, context)
        } catch (e: Throwable) {
            failure = e
        }
    }
    context.onCancel { running.cancel(kotlinx.coroutines.CancellationException(it.text(), TaskCancelledException(it))) }
    running.invokeOnCompletion { cause ->
        (failure ?: cause)?.let { ended.completeExceptionally(it) } ?: ended.complete(Unit)
    }
    ended
}

class CoroutinesTest : FunSpec({
    val tasks by testTasks()

    fun handle(block: suspend (String, TaskContext) -> Unit) {
        val scope = CoroutineScope(SupervisorJob() + tasks.dispatcher)
        tasks.handle(TaskRouter.create().handleAsync(GREET, scope.suspending(block)))
    }

    test("an hour of delay in a handler costs nothing, and is an hour on the clock") {
        val start = tasks.time().instant()
        var ended = start
        handle { _, _ ->
            delay(1.hours)
            ended = tasks.time().instant()
        }
        tasks.client().enqueue(GREET.task("ada"), Options.defaults().timeout(Duration.ofHours(2)))
        val millis = measureTimeMillis { tasks.advanceUntilIdle() }
        ended shouldBe start.plusSeconds(3600)
        millis shouldBeLessThan 120_000 // who waits for the hour needs an hour
    }

    test("handlers that wait take turns on one clock") {
        val trace = mutableListOf<String>()
        val start = tasks.time().instant().epochSecond
        handle { name, _ ->
            repeat(3) {
                delay(if (name == "slow") 20.seconds else 15.seconds)
                trace += "$name ${tasks.time().instant().epochSecond - start}"
            }
        }
        tasks.client().enqueue(GREET.task("slow"))
        tasks.client().enqueue(GREET.task("fast"))
        tasks.advance(1.minutes)
        trace shouldContainExactly listOf("fast 15", "slow 20", "fast 30", "slow 40", "fast 45", "slow 60")
    }

    test("a handler is cancelled at its deadline, and may clean up") {
        val trace = mutableListOf<String>()
        handle { _, context ->
            try {
                delay(1.hours)
            } finally {
                trace += context.cancelled().get().name
            }
        }
        tasks.client().enqueue(GREET.task("ada"), Options.defaults().timeout(Duration.ofMinutes(5)))
        tasks.advance(5.minutes)
        trace shouldContainExactly listOf("DEADLINE")
        tasks.retrying().single().lastError shouldBe "context deadline exceeded"
    }

    test("withTimeout counts virtual time") {
        var failed = ""
        handle { _, _ ->
            try {
                withTimeout(10.seconds) { delay(1.hours) }
            } catch (late: TimeoutCancellationException) {
                failed = late.message.orEmpty()
            }
        }
        tasks.client().enqueue(GREET.task("ada"))
        tasks.advanceUntilIdle()
        failed shouldBe "Timed out waiting for 10000 ms"
    }

    test("work on another dispatcher is waited for, and comes back in the same instant") {
        val threads = mutableListOf<Thread>()
        val start = tasks.time().instant()
        handle { _, _ ->
            withContext(Dispatchers.IO) { threads += Thread.currentThread() }
            threads += Thread.currentThread()
        }
        tasks.client().enqueue(GREET.task("ada"), Options.defaults().retention(Duration.ofHours(1)))
        tasks.runDue()
        (threads[0] == Thread.currentThread()) shouldBe false
        threads[1] shouldBe Thread.currentThread()
        tasks.completed() shouldHaveSize 1
        tasks.time().instant() shouldBe start
    }

    test("a test may be suspending itself: while it waits, tasks are handled") {
        val handled = mutableListOf<String>()
        handle { name, _ -> handled += name }
        val answer = tasks.run {
            tasks.client().enqueue(GREET.task("ada"), Options.defaults().processIn(Duration.ofMinutes(10)))
            delay(9.minutes)
            handled.shouldBeEmpty()
            delay(2.minutes)
            handled.single()
        }
        answer shouldBe "ada"
        shouldThrow<IllegalArgumentException> { tasks.run { throw IllegalArgumentException("no") } }
    }
})
