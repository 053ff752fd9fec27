package io.asynq4j.testing

import io.asynq4j.handler.AsyncHandler
import io.asynq4j.handler.RetryPolicy
import io.asynq4j.handler.TaskContext
import io.asynq4j.handler.TaskRouter
import io.asynq4j.task.Codec
import io.asynq4j.task.Options
import io.asynq4j.task.Task
import io.asynq4j.task.TaskType
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.time.Duration
import java.time.Instant
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage
import kotlin.concurrent.thread
import kotlin.system.measureTimeMillis
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration
import kotlin.time.Duration as KotlinDuration

internal val GREET: TaskType<String> = TaskType.of("greet", Codec.utf8())

private val DIGEST: TaskType<String> = TaskType.of("digest", Codec.utf8())

internal fun TestTasks.advance(duration: KotlinDuration) = advance(duration.toJavaDuration())

internal fun options(): Options = Options.defaults()

/** Handles everything with [block], which takes no virtual time. */
internal fun TestTasks.handleAll(block: (Task, TaskContext) -> Unit) = handle { task, context ->
    block(task, context)
    CompletableFuture.completedFuture(null)
}

class TestTasksTest : FunSpec({
    test("nothing runs until time is moved, and then all that is due does, in order, on this thread") {
        TestTasks.create().use { tasks ->
            val handled = mutableListOf<String>()
            tasks.handleAll { task, _ ->
                handled += "${task.payload().utf8()} at ${tasks.time().instant()} on ${Thread.currentThread().name}"
            }
            tasks.client().enqueue(GREET.task("later"), options().processIn(10.seconds.toJavaDuration()))
            tasks.client().enqueue(GREET.task("now"))
            handled.shouldBeEmpty()
            tasks.scheduled("default").single().payload(GREET) shouldBe "later"
            tasks.pending("default").single().payload(GREET) shouldBe "now"

            tasks.advance(10.seconds)
            val here = Thread.currentThread().name
            handled shouldContainExactly
                listOf("now at 2026-01-01T00:00:00Z on $here", "later at 2026-01-01T00:00:10Z on $here")
            tasks.pending().shouldBeEmpty()
        }
    }

    test("a task is not run a moment before it is due") {
        TestTasks.create().use { tasks ->
            var runs = 0
            tasks.handleAll { _, _ -> runs++ }
            tasks.advance(3.seconds) // between two looks of the forwarder
            tasks.client().enqueue(GREET.task("a"), options().processIn(1.seconds.toJavaDuration()))
            tasks.advance(1.seconds - 1.milliseconds)
            runs shouldBe 0
            tasks.advance(1.milliseconds)
            runs shouldBe 1
        }
    }

    test("tasks of the same second run in the order in which they were enqueued") {
        TestTasks.create().use { tasks ->
            val handled = mutableListOf<String>()
            tasks.handleAll { task, _ -> handled += task.payload().utf8() }
            val expected = (1..20).map { "task $it" }
            expected.forEach { tasks.client().enqueue(GREET.task(it), options().processIn(Duration.ofMinutes(1))) }
            tasks.advance(1.minutes)
            handled shouldContainExactly expected
        }
    }

    test("a failed task shows its error and is run again until it succeeds") {
        TestTasks.create().use { tasks ->
            var calls = 0
            tasks.handleAll { _, _ -> if (++calls < 3) error("hiccup $calls") }
            tasks.client().enqueue(GREET.task("ada"), options().queue("critical").retention(Duration.ofDays(1)))
            tasks.runDue()
            tasks.retrying("critical").single().run { "$lastError, $retried of $maxRetry" } shouldBe "hiccup 1, 1 of 25"
            tasks.advanceUntilIdle()
            calls shouldBe 3
            tasks.completed("critical").single().payload(GREET) shouldBe "ada"
        }
    }

    test("every queue that a task is put on is worked off, those that handlers think of too") {
        TestTasks.create().use { tasks ->
            val handled = mutableListOf<String>()
            tasks.handleAll { task, context ->
                handled += context.queue()
                if (context.queue() == "first") tasks.client().enqueue(task, options().queue("second"))
            }
            tasks.client().enqueue(GREET.task("a"), options().queue("first"))
            tasks.runDue()
            handled shouldContainExactly listOf("first", "second")
        }
    }

    mapOf<String, TestTasks.() -> Unit>(
        "queues that the settings name are the only ones, with their weights" to { advance(1.hours) },
        "queues that the settings name are the only ones for the server that follows one that died, too" to {
            advance(1.seconds)
            killServer()
        },
    ).forEach { (promise, meanwhile) ->
        test(promise) {
            val tasks = TestTasks.builder().server { it.queues(mapOf("critical" to 3)).concurrency(1) }.build()
            tasks.use {
                var runs = 0
                tasks.handleAll { _, _ -> runs++ }
                tasks.client().enqueue(GREET.task("a"), options().queue("critical"))
                tasks.client().enqueue(GREET.task("b"), options().queue("forgotten"))
                tasks.meanwhile()
                tasks.advanceUntilIdle()
                runs shouldBe 1
                tasks.pending("forgotten") shouldHaveSize 1
            }
        }
    }

    test("a task that always fails goes through all its retries and is archived") {
        TestTasks.create().use { tasks ->
            var calls = 0
            tasks.handleAll { _, _ ->
                calls++
                error("never")
            }
            tasks.client().enqueue(GREET.task("a"))
            val millis = measureTimeMillis { tasks.advanceUntilIdle() }
            calls shouldBe 26
            tasks.archived().single().lastError shouldBe "never"
            Duration.between(Instant.parse("2026-01-01T00:00:00Z"), tasks.time().instant()).toDays() shouldBe 20
            millis shouldBeLessThan 20_000
        }
    }

    test("an idle server has nothing to wait for, nor has a paused queue") {
        TestTasks.create().use { tasks ->
            tasks.handleAll { _, _ -> }
            tasks.advanceUntilIdle()
            tasks.time().instant() shouldBe Instant.parse("2026-01-01T00:00:00Z")
            tasks.pause("default")
            tasks.client().enqueue(GREET.task("a"))
            tasks.advanceUntilIdle()
            tasks.pending() shouldHaveSize 1
            tasks.unpause("default")
            tasks.advanceUntilIdle()
            tasks.pending().shouldBeEmpty()
        }
    }

    test("a task that enqueues itself at once is stopped, and named") {
        val tasks = TestTasks.builder().mostRuns(100).build()
        tasks.handleAll { task, _ -> tasks.client().enqueue(task) }
        tasks.client().enqueue(GREET.task("a"))
        shouldThrow<IllegalStateException> { tasks.advance(1.seconds) }.message shouldContain
            "tasks of type \"greet\" were run 102 times at 2026-01-01T00:00:00Z without time moving"
        tasks.close()
    }

    test("a task that enqueues itself for later runs as long as time is moved, and keeps nobody waiting for ever") {
        val tasks = TestTasks.builder().mostRuns(100).build()
        tasks.use {
            var runs = 0
            tasks.handleAll { task, _ ->
                runs++
                tasks.client().enqueue(task, options().processIn(Duration.ofMinutes(1)))
            }
            tasks.client().enqueue(GREET.task("a"))
            tasks.advance(10.hours)
            runs shouldBe 601
            shouldThrow<IllegalStateException> { tasks.advanceUntilIdle() }.message shouldContain
                "tasks of type \"greet\" were run 102 times and there are still more"
        }
    }

    test("a stage that another thread ends is waited for before time goes on") {
        TestTasks.create().use { tasks ->
            val handled = mutableListOf<String>()
            tasks.handle { task, _ ->
                val stage = CompletableFuture<Unit>()
                thread {
                    Thread.yield()
                    stage.complete(Unit)
                }
                stage.thenRun { handled += task.payload().utf8() }
            }
            tasks.client().enqueue(GREET.task("a"), options().retention(Duration.ofDays(1)))
            tasks.runDue()
            handled shouldContainExactly listOf("a")
            tasks.completed().single().at shouldBe Instant.parse("2026-01-02T00:00:00Z")
        }
    }

    test("a stage that nobody ends fails the test, and names the task") {
        val tasks = TestTasks.builder().patience(Duration.ofMillis(50)).build()
        tasks.handle { _, _ -> CompletableFuture<Unit>() }
        tasks.client().enqueue(GREET.task("a"))
        shouldThrow<IllegalStateException> { tasks.advance(1.hours) }.message shouldContain
            "no end after 50 ms of real time: [greet task-000001 of queue default]"
        tasks.close()
    }

    test("without patience a stage that nobody ends meets its deadline") {
        val tasks = TestTasks.builder().patience(Duration.ZERO).build()
        tasks.use {
            tasks.handle { _, _ -> CompletableFuture<Unit>() }
            tasks.client().enqueue(GREET.task("a"), options().timeout(Duration.ofMinutes(5)))
            tasks.advance(5.minutes)
            tasks.active() shouldHaveSize 1
            tasks.advance(1.seconds)
            tasks.retrying().single().lastError shouldBe "context deadline exceeded"
            tasks.retrying().single().retried shouldBe 1
        }
    }

    test("a stage that waits for virtual time gets it, and other threads are not waited for") {
        TestTasks.create().use { tasks ->
            tasks.handle { _, _ ->
                val stage = CompletableFuture<Unit>()
                tasks.time().after(Duration.ofMinutes(10)) { stage.complete(Unit) }
                stage
            }
            tasks.client().enqueue(GREET.task("a"), options().retention(Duration.ofDays(1)))
            tasks.advance(9.minutes)
            tasks.active() shouldHaveSize 1
            tasks.advanceUntilIdle()
            tasks.completed() shouldHaveSize 1
            tasks.time().instant() shouldBe Instant.parse("2026-01-01T00:10:00Z")
        }
    }

    test("the same test gives the same trace") {
        fun trace(): List<String> = TestTasks.create().use { tasks ->
            val trace = mutableListOf<String>()
            tasks.handleAll { task, context ->
                trace += "${tasks.time().instant()} ${context.taskId()} ${task.payload().utf8()} ${context.retried()}"
                if (context.taskId().hashCode() % 3 == 0 && context.retried() < 2) error("again")
            }
            repeat(100) {
                tasks.client().enqueue(
                    GREET.task("$it"),
                    options().queue(
                        if (it % 2 ==
                            0
                        ) {
                            "low"
                        } else {
                            "high"
                        },
                    ),
                )
            }
            tasks.advanceUntilIdle()
            trace
        }
        trace() shouldBe trace()
        trace().size shouldBe trace().distinct().size
    }

    test("recording runs nothing, and tells what was enqueued") {
        TestTasks.recording().use { tasks ->
            tasks.handleAll { _, _ -> error("must not run") }
            tasks.client().enqueue(GREET.task("ada"))
            tasks.client().enqueue(GREET.task("bob"), options().processIn(Duration.ofHours(1)))
            tasks.advanceUntilIdle()
            tasks.advance(2.days)
            tasks.pending().single().payload(GREET) shouldBe "ada"
            tasks.enqueued(GREET).map { it.payload(GREET) } shouldContainExactly listOf("ada", "bob")
            tasks.assertEnqueued(GREET) { it.startsWith("b") }.state.word() shouldBe "scheduled"
        }
    }

    test("inline runs a task before enqueue returns, those of its handler too, and settles what fails as ever") {
        TestTasks.inline().use { tasks ->
            val handled = mutableListOf<String>()
            tasks.handleAll { task, _ ->
                handled += task.payload().utf8()
                if (task.payload().utf8() == "parent") {
                    tasks.client().enqueue(GREET.task("child"))
                    handled += "parent ends"
                }
                if (task.payload().utf8() == "bad") error("no")
            }
            tasks.client().enqueue(GREET.task("parent"))
            handled shouldContainExactly listOf("parent", "child", "parent ends")
            tasks.client().enqueue(GREET.task("bad"))
            tasks.retrying().single().lastError shouldBe "no"
            tasks.client().enqueue(GREET.task("later"), options().processIn(Duration.ofHours(1)))
            handled.last() shouldBe "bad"
            tasks.advance(1.hours)
            handled.contains("later") shouldBe true
        }
    }

    test("what fails says what was there") {
        TestTasks.recording().use { tasks ->
            shouldThrow<AssertionError> { tasks.assertEnqueued(GREET) }.message shouldBe
                "expected a task of type \"greet\" to have been enqueued, but these were: none"
            tasks.client().enqueue(Task.of("other"))
            tasks.client().enqueue(GREET.task("ada"))
            shouldThrow<AssertionError> { tasks.assertEnqueued(GREET) { it == "bob" } }.message shouldBe
                """
                expected a task of type "greet" to have been enqueued, but these were: 
                  other task-000001, pending in default at 2026-01-01T00:00:00Z
                  greet task-000002, pending in default at 2026-01-01T00:00:00Z, payload ada
                """.trimIndent()
            shouldThrow<AssertionError> { tasks.assertNotEnqueued(GREET) }.message shouldContain "greet task-000002"
            shouldThrow<AssertionError> { tasks.assertNothingEnqueued() }.message shouldContain "other task-000001"
            shouldThrow<AssertionError> { tasks.pending().first().payload(GREET) }.message shouldContain
                "expected a task of type \"greet\", but this is other task-000001"
        }
    }

    test("groups are aggregated, and waited for") {
        val tasks = TestTasks.builder().server { server ->
            server.aggregator { group, members ->
                GREET.task("${members.size} of $group")
            }.groupGracePeriod(Duration.ofMinutes(1))
        }.build()
        tasks.use {
            val handled = mutableListOf<String>()
            tasks.handleAll { task, _ -> handled += task.payload().utf8() }
            repeat(3) { tasks.client().enqueue(GREET.task("$it"), options().group("friends")) }
            tasks.advance(59.seconds)
            tasks.aggregating("default", "friends") shouldHaveSize 3
            tasks.advanceUntilIdle()
            handled shouldContainExactly listOf("3 of friends")
            tasks.time().instant() shouldBe Instant.parse("2026-01-01T00:01:00Z")
        }
    }

    test("what an aggregator makes of a group was enqueued too") {
        val tasks = TestTasks.builder().server { server ->
            server.aggregator { group, members ->
                DIGEST.task("${members.size} of $group")
            }.groupGracePeriod(Duration.ofMinutes(1))
        }.build()
        tasks.use {
            tasks.handleAll { _, _ -> }
            repeat(2) { tasks.client().enqueue(GREET.task("$it"), options().group("friends")) }
            tasks.assertNotEnqueued(DIGEST)
            tasks.advance(2.minutes)
            tasks.assertEnqueued(DIGEST).payload(DIGEST) shouldBe "2 of friends"
            tasks.enqueued().map { it.type } shouldContainExactly listOf("greet", "greet", "digest")
        }
    }

    test("groups that nobody aggregates are not waited for") {
        TestTasks.create().use { tasks ->
            tasks.handleAll { _, _ -> }
            tasks.client().enqueue(GREET.task("a"), options().group("friends"))
            tasks.advanceUntilIdle()
            tasks.aggregating() shouldHaveSize 1
        }
    }

    test("a router is a handler like any other") {
        TestTasks.create().use { tasks ->
            val greeted = mutableListOf<String>()
            tasks.handle(TaskRouter.create().handle(GREET) { name, _ -> greeted += name })
            tasks.client().enqueue(GREET.task("ada"))
            tasks.client().enqueue(Task.of("stranger"))
            tasks.runDue()
            greeted shouldContainExactly listOf("ada")
            tasks.retrying().single().lastError shouldBe "handler not found for task \"stranger\""
        }
    }

    test("closing leaves no timer behind, whatever was going on") {
        val tasks = TestTasks.builder().patience(Duration.ZERO).build()
        tasks.handle { _, _ -> CompletableFuture<Unit>() }
        tasks.client().enqueue(GREET.task("a"), options().timeout(Duration.ofSeconds(1)))
        tasks.client().enqueue(GREET.task("b"), options().queue("other"))
        tasks.advance(10.seconds)
        tasks.faults().unavailable()
        tasks.close()
        tasks.close()
        tasks.time().pendingTimers() shouldBe 0
    }
})
