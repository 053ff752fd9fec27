package io.asynq4j.client

import io.asynq4j.spi.Lease
import io.asynq4j.spi.Placement
import io.asynq4j.spi.Signals
import io.asynq4j.spi.Submission
import io.asynq4j.task.BrokerUnavailableException
import io.asynq4j.task.DuplicateTaskException
import io.asynq4j.task.EnqueueOutcome
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.task.Task
import io.asynq4j.task.TaskState
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.time.Instant
import java.time.InstantSource
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import java.util.concurrent.CompletionStage
import java.util.concurrent.TimeUnit.SECONDS
import java.util.function.Consumer
import kotlin.concurrent.thread

private val now = Instant.parse("2026-03-01T12:00:00.250Z")

/** Accepts everything, at once or when told to. */
private class Desk(
    private val outcome: (Placement) -> EnqueueOutcome = { EnqueueOutcome.Accepted(it.info()) },
) : Submission,
    Signals {
    val cancelled = mutableListOf<Pair<String, String>>()
    val placed = mutableListOf<Placement>()
    val answers = mutableListOf<CompletableFuture<List<EnqueueOutcome>>>()
    var holdBack = false

    override fun submit(placements: List<Placement>): CompletionStage<List<EnqueueOutcome>> {
        placed += placements
        val answer = CompletableFuture<List<EnqueueOutcome>>()
        answers += answer
        if (!holdBack) answer.complete(placements.map(outcome))
        return answer
    }

    override fun cancel(queue: String, id: String): CompletionStage<Boolean> {
        cancelled += queue to id
        return CompletableFuture<Boolean>().also { if (!holdBack) it.complete(true) }
    }

    override fun cancelled(leases: List<Lease>) = error("no client asks that")

    override fun onCancel(listener: Consumer<Signals.Cancellation>) = error("no client listens")

    fun client(): TaskClient = TaskClient.of(this, InstantSource.fixed(now))
}

class TaskClientTest :
    FunSpec({
        test("what is to be cancelled is named by queue and id, and names that cannot be are refused") {
            val desk = Desk()
            desk.client().cancel("low", "a") shouldBe true
            desk.cancelled shouldContainExactly listOf("low" to "a")
            desk.client().cancel("tenant{7}", "a") shouldBe true
            shouldThrow<IllegalArgumentException> { desk.client().cancel(" ", "a") }
            shouldThrow<IllegalArgumentException> { desk.client().cancel("low", " ") }
            desk.cancelled shouldContainExactly listOf("low" to "a", "tenant{7}" to "a")
        }

        test("a client that is closed cancels nothing") {
            val desk = Desk()
            val client = desk.client()
            client.close()
            shouldThrow<IllegalStateException> { client.cancel("low", "a") }
            desk.cancelled.shouldBeEmpty()
        }

        test("a task without options is pending now, with asynq's defaults") {
            val desk = Desk()
            val info = desk.client().enqueue(Task.of("t", Payload.ofUtf8("x")))
            info.state() shouldBe TaskState.PENDING
            info.queue() shouldBe "default"
            info.maxRetry() shouldBe 25
            info.limits().timeout() shouldBe Duration.ofMinutes(30)
            info.nextProcessAt().get() shouldBe now
            info.id().length shouldBe 36
        }

        test("a client that was given ids uses them where a task has none") {
            val desk = Desk()
            var given = 0
            val client = TaskClient.of(desk, InstantSource.fixed(now)) { "id-${++given}" }
            client.enqueue(Task.of("t")).id() shouldBe "id-1"
            client.enqueue(Task.of("t"), Options.defaults().taskId("mine")).id() shouldBe "mine"
            val named = Task.of("t").with(Options.defaults().taskId("own"))
            client.enqueueAll(listOf(named, Task.of("t"))).map { it.orThrow().id() } shouldContainExactly
                listOf("own", "id-2")
        }

        test("a payload beyond the bound is refused, with its size and the bound, and nothing is sent") {
            val desk = Desk()
            val client = TaskClient.builder(desk).time(InstantSource.fixed(now)).maxPayload(1_000).build()
            client.enqueue(Task.of("t", Payload.of(ByteArray(1_000))))
            val tooLarge = Task.of("t", Payload.of(ByteArray(1_001)))
            val told =
                "payload of task type \"t\" must have at most 1000 bytes, not 1001; " +
                    "keep large data elsewhere, and enqueue where it is"
            shouldThrow<IllegalArgumentException> { client.enqueueAsync(tooLarge) }.message shouldBe told
            shouldThrow<IllegalArgumentException> { client.enqueueAll(listOf(tooLarge)) }.message shouldBe told
            desk.placed.size shouldBe 1
        }

        test("10 MiB are taken without saying, and not a byte more") {
            val client = Desk().client()
            client.enqueue(Task.of("t", Payload.of(ByteArray(10 * 1024 * 1024))))
            shouldThrow<IllegalArgumentException> {
                client.enqueue(Task.of("t", Payload.of(ByteArray(10 * 1024 * 1024 + 1))))
            }
        }

        test("a bound that is none is refused") {
            shouldThrow<IllegalArgumentException> { TaskClient.builder(Desk()).maxPayload(-1) }.message shouldBe
                "max payload must be from 0 to 536870912 bytes: -1"
        }

        test("a unique key stands in for the payload, and needs a unique time") {
            val desk = Desk()
            val hour = Duration.ofHours(1)
            val task = Task.of("t", Payload.ofUtf8("x"))
            desk.client().enqueue(task, Options.defaults().uniqueFor(hour).uniqueKey("k"))
            desk.client().enqueue(task, Options.defaults().uniqueFor(hour))
            desk.placed.map { it.lockOn() } shouldBe listOf(Payload.ofUtf8("k"), Payload.ofUtf8("x"))
            shouldThrow<IllegalArgumentException> {
                desk.client().enqueue(task, Options.defaults().uniqueKey("k"))
            }.message shouldBe "a unique key needs a unique time, see uniqueFor: \"k\""
        }

        test("a delayed task is due at the next whole second, never before") {
            val desk = Desk()
            val info = desk.client().enqueue(Task.of("t"), Options.defaults().processIn(Duration.ofSeconds(2)))
            info.state() shouldBe TaskState.SCHEDULED
            info.nextProcessAt().get() shouldBe Instant.parse("2026-03-01T12:00:03Z")
        }

        test("a start that has passed is now") {
            val desk = Desk()
            val options = Options.defaults().processAt(now.minusSeconds(5))
            desk.client().enqueue(Task.of("t"), options).state() shouldBe TaskState.PENDING
            desk.client().enqueue(Task.of("t"), Options.defaults().processAt(now)).state() shouldBe TaskState.PENDING
        }

        test("a lock of a delayed task lasts for its time after the start") {
            val desk = Desk()
            val options = Options.defaults().uniqueFor(Duration.ofSeconds(60)).processIn(Duration.ofSeconds(10))
            desk.client().enqueue(Task.of("t"), options)
            desk.placed.single().lockFor() shouldBe Duration.ofMillis(70_750)
        }

        test("a grouped task is aggregating, unless it is delayed") {
            val client = Desk().client()
            val grouped = Options.defaults().group("g")
            client.enqueue(Task.of("t"), grouped).state() shouldBe TaskState.AGGREGATING
            val later = client.enqueue(Task.of("t"), grouped.processIn(Duration.ofSeconds(1)))
            later.state() shouldBe TaskState.SCHEDULED
            later.group().get() shouldBe "g"
        }

        test("what the wire counts in seconds is rounded up, and no default is added to a deadline") {
            val desk = Desk()
            val options = Options.defaults().timeout(Duration.ofMillis(500)).retention(Duration.ofMillis(1))
            val limits = desk.client().enqueue(Task.of("t"), options).limits()
            limits.timeout() shouldBe Duration.ofSeconds(1)
            limits.retention() shouldBe Duration.ofSeconds(1)
            val byDeadline = Options.defaults().deadline(now.plusSeconds(60))
            val deadline = desk.client().enqueue(Task.of("t"), byDeadline).limits()
            deadline.timeout() shouldBe null
            deadline.deadline() shouldBe Instant.parse("2026-03-01T12:01:01Z")
        }

        test("headers of the task, its options and the call accumulate, the later winning") {
            val task = Task("t", Payload.none(), mapOf("a" to "1", "b" to "1"), Options.defaults().header("b", "2"))
            val info = Desk().client().enqueue(task, Options.defaults().header("c", "3"))
            info.headers() shouldBe mapOf("a" to "1", "b" to "2", "c" to "3")
        }

        test("a refusal is thrown by the blocking call, and fails the stage of the other") {
            val refused = DuplicateTaskException("default", "id", "t")
            val client = Desk { EnqueueOutcome.Refused(refused) }.client()
            shouldThrow<DuplicateTaskException> { client.enqueue(Task.of("t")) } shouldBe refused
            val stage = client.enqueueAsync(Task.of("t")).toCompletableFuture()
            shouldThrow<CompletionException> { stage.join() }.cause shouldBe refused
        }

        test("many tasks are one submission, each with its own outcome") {
            val desk =
                Desk {
                    if (it.message().type() == "bad") {
                        EnqueueOutcome.Refused(DuplicateTaskException("default", "id", "bad"))
                    } else {
                        EnqueueOutcome.Accepted(it.info())
                    }
                }
            val outcomes = desk.client().enqueueAll(listOf(Task.of("good"), Task.of("bad"), Task.of("good")))
            desk.answers.size shouldBe 1
            outcomes.map { it is EnqueueOutcome.Accepted } shouldContainExactly listOf(true, false, true)
        }

        test("a caller that is interrupted stops waiting, and stays interrupted") {
            val desk = Desk()
            desk.holdBack = true
            Thread.currentThread().interrupt()
            shouldThrow<BrokerUnavailableException> { desk.client().enqueue(Task.of("t")) }
            Thread.interrupted() shouldBe true
        }

        test("closing waits for answers that are on their way, and refuses what comes after") {
            val desk = Desk()
            desk.holdBack = true
            val client = desk.client()
            client.enqueueAsync(Task.of("t"))
            val closed = CompletableFuture<Unit>()
            val closer =
                thread {
                    client.close()
                    closed.complete(Unit)
                }
            while (closer.state != Thread.State.WAITING) Thread.onSpinWait()
            closed.isDone shouldBe false
            shouldThrow<IllegalStateException> { client.enqueueAsync(Task.of("t")) }.message shouldBe
                "this client is closed"
            desk.answers.single().complete(desk.placed.map { EnqueueOutcome.Accepted(it.info()) })
            closed.get(5, SECONDS)
            client.close()
        }

        test("an error while sending reaches the caller, and is not waited for") {
            val client = Desk { throw LinkageError("no such class") }.client()
            shouldThrow<LinkageError> { client.enqueueAsync(Task.of("t")) }.message shouldBe "no such class"
            val closed = CompletableFuture<Unit>()
            thread(isDaemon = true) {
                client.close()
                closed.complete(Unit)
            }
            closed.get(5, SECONDS)
        }

        test(
            "middleware sees every task with all its options, may change it, and hears of its end; the first is outermost",
        ) {
            val desk = Desk()
            val heard = mutableListOf<String>()
            fun named(name: String) = EnqueueMiddleware { next ->
                EnqueueMiddleware.Enqueuer { tasks ->
                    heard +=
                        "$name: " +
                        tasks.map { "${it.type()} on ${it.options().queue().orElse("-")} ${it.options().headers()}" }
                    next.enqueue(tasks.map { it.with(Options.defaults().header(name, "seen")) })
                        .whenComplete { outcomes, _ -> heard += "$name: ${outcomes.size} done" }
                }
            }
            val client = TaskClient.builder(desk).use(named("outer"), named("inner")).build()
            client.enqueue(
                Task.of("a").with(Options.defaults().queue("low")),
                Options.defaults().queue("high").taskId("id"),
            )
            heard shouldContainExactly listOf(
                "outer: [a on high {}]",
                "inner: [a on high {outer=seen}]",
                "inner: 1 done",
                "outer: 1 done",
            )
            desk.placed.single().message().run { headers().keys + id() + queue() } shouldBe
                setOf("outer", "inner", "id", "high")
            heard.clear()
            client.enqueueAll(listOf(Task.of("a"), Task.of("b"))).size shouldBe 2
            heard.first() shouldBe "outer: [a on - {}, b on - {}]"
        }

        test("middleware that throws is the caller's failure, and nothing is stored") {
            val desk = Desk()
            val client = TaskClient.builder(desk).use({ EnqueueMiddleware.Enqueuer { error("no") } }).build()
            shouldThrow<IllegalStateException> { client.enqueue(Task.of("a")) }.message shouldBe "no"
            desk.placed.shouldBeEmpty()
            client.close()
        }
    })
