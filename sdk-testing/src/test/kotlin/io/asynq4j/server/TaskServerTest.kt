package io.asynq4j.server

import io.asynq4j.handler.CancelReason
import io.asynq4j.handler.HandlerNotFoundException
import io.asynq4j.handler.RetryPolicy
import io.asynq4j.handler.RevokeTaskException
import io.asynq4j.handler.SkipRetryException
import io.asynq4j.handler.SnoozeException
import io.asynq4j.handler.TaskContext
import io.asynq4j.handler.TaskListener
import io.asynq4j.handler.TaskRouter
import io.asynq4j.spi.Broker
import io.asynq4j.spi.Demand
import io.asynq4j.spi.Ending
import io.asynq4j.spi.Placement
import io.asynq4j.spi.TaskMessage
import io.asynq4j.task.BrokerUnavailableException
import io.asynq4j.task.Options
import io.asynq4j.task.Payload
import io.asynq4j.task.TaskInfo
import io.asynq4j.task.TaskState
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import java.time.Instant
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

class TaskServerTest :
    FunSpec({
        test("a pending task is handled once, and gone") {
            val room = Room()
            val handled = mutableListOf<String>()
            room.enqueue("a")
            room.handle { task, _ -> handled += task.payload().utf8() }
            room.advance(1.minutes)
            handled shouldContainExactly listOf("a")
            room.broker.pending("default").shouldBeEmpty()
            room.broker.processed("default") shouldBe 1
            room.broker.failed("default") shouldBe 0
        }

        test("a handler knows its task") {
            val room = Room()
            var seen = ""
            val options = Options.defaults().queue("default").taskId("id-1").maxRetry(7).header("trace", "x")
            room.enqueue("a", options.timeout(1.minutes.java))
            room.handle { _, context ->
                seen =
                    context.run {
                        "${taskId()} ${queue()} ${type()} ${headers()} ${retried()}/${maxRetry()} ${deadline()}"
                    }
            }
            val started = room.time.instant()
            room.advance(1.seconds)
            seen shouldBe "id-1 default a {trace=x} 0/7 ${started.plusSeconds(60)}"
        }

        test("a task that another program gave longer names than we would is handled") {
            val room = Room()
            val headers = mapOf("h".repeat(3_000) to "v")
            val usual = TaskMessage.of("t", Payload.none(), Options.defaults().taskId("id"))
            val long =
                usual.run {
                    TaskMessage(
                        "t".repeat(
                            3_000,
                        ),
                        payload, id, queue, headers, limits, uniqueKey, group, progress, unknown,
                    )
                }
            room.broker.submit(listOf(Placement(long, TaskState.PENDING, room.time.instant(), null)))
            var seen = 0
            room.handle { task, _ -> seen = task.type().length }
            room.advance(1.seconds)
            seen shouldBe 3_000
            room.broker.processed("default") shouldBe 1
        }

        test("a scheduled task is handled when its time has come, and not before") {
            val room = Room()
            var handledAt = ""
            val delay = 10.minutes + 3.seconds // between two looks of the forwarder
            room.enqueue("a", Options.defaults().processIn(delay.java))
            room.handle { _, _ -> handledAt = room.time.instant().toString() }
            room.advance(delay - 1.milliseconds)
            handledAt shouldBe ""
            room.advance(2.seconds)
            handledAt shouldStartWith "2026-03-01T12:10:0"
        }

        test("a broker that tells of new tasks has them handled at once, and those that are due exactly then") {
            val room = Room()
            val handledAt = mutableListOf<Instant>()
            room.handle { _, _ -> handledAt += room.time.instant() }
            room.advance(300.milliseconds)
            val start = room.time.instant()
            room.enqueue("a")
            room.enqueue("b", Options.defaults().processAt(start.plusSeconds(3)))
            room.advance(4.seconds)
            handledAt shouldContainExactly listOf(start, Instant.ofEpochSecond(start.epochSecond + 4))
        }

        test("a failed task is retried by its policy, and archived when no retry is left") {
            val room = Room { retryPolicy(RetryPolicy.fixed(1.hours.java)) }
            var calls = 0
            room.enqueue("a", Options.defaults().maxRetry(2))
            room.handle { _, _ ->
                calls++
                error("no luck")
            }
            room.advance(1.minutes)
            val waiting = room.broker.retrying("default").single()
            waiting.task().lastError().get() shouldBe "no luck"
            waiting.task().retried() shouldBe 1

            room.advance(3.hours)
            calls shouldBe 3
            room.broker.retrying("default").shouldBeEmpty()
            room.broker.archived("default").single().task().retried() shouldBe 2
            room.broker.processed("default") shouldBe 3
            room.broker.failed("default") shouldBe 3
        }

        test("a task with a retention is kept after success, and deleted when that is over") {
            val room = Room()
            room.enqueue("a", Options.defaults().retention(1.hours.java))
            room.handle { _, _ -> }
            room.advance(1.minutes)
            room.broker.completed("default") shouldHaveSize 1
            room.advance(1.hours)
            room.broker.completed("default").shouldBeEmpty()
        }

        test("a handler can have its task archived at once, or deleted") {
            val room = Room()
            room.enqueue("skip")
            room.enqueue("revoke", Options.defaults().retention(1.hours.java))
            room.handle { task, _ ->
                if (task.type() == "skip") throw IllegalStateException("wrapped", SkipRetryException("bad input"))
                throw RevokeTaskException("nobody wants it")
            }
            room.advance(1.minutes)
            room.broker.archived("default").single().task().lastError().get() shouldBe "wrapped"
            room.broker.completed("default").shouldBeEmpty()
            room.broker.processed("default") shouldBe 2
            room.broker.failed("default") shouldBe 1
        }

        test("a handler can have its task run again later, without using up a retry") {
            val room = Room()
            val begin = room.time.instant()
            val handled = mutableListOf<Long>()
            val early = IllegalStateException("not yet", SnoozeException(89_001.milliseconds.java))
            room.enqueue("later", Options.defaults().maxRetry(0))
            room.handle { _, _ ->
                handled += room.time.instant().epochSecond - begin.epochSecond
                if (handled.size < 3) throw early
            }
            room.advance(1.minutes)
            val waiting = room.broker.scheduled("default").single()
            waiting.time() shouldBe begin.plusSeconds(90)
            waiting.task().retried() shouldBe 0
            waiting.task().lastError().isEmpty shouldBe true
            room.advance(5.minutes)
            handled shouldContainExactly listOf(0L, 90L, 180L)
            room.broker.processed("default") shouldBe 1
            room.broker.failed("default") shouldBe 0
        }

        test("an Error is a failure like any other, and says where it came from") {
            val room = Room()
            room.enqueue("a")
            room.handle { _, _ -> throw StackOverflowError("deep") }
            room.advance(1.seconds)
            val text = room.broker.retrying("default").single().task().lastError().get()
            text shouldStartWith "panic error cause by: panic [TaskServerTest.kt:"
            text shouldContain "]: deep"
        }

        test("a task without a handler fails, and waits for a server that knows it") {
            val room = Room()
            room.enqueue("unknown")
            room.server.start(TaskRouter.create().handle("other") { _, _ -> })
            room.advance(1.seconds)
            val text = room.broker.retrying("default").single().task().lastError().get()
            text shouldBe HandlerNotFoundException("unknown").message
        }

        test("an asynchronous handler holds its slot until its stage ends") {
            val room = Room { concurrency(1) }
            val stages = mutableListOf<CompletableFuture<Unit>>()
            room.enqueue("a")
            room.enqueue("b")
            room.handleAsync { _, _ -> CompletableFuture<Unit>().also { stages += it } }
            room.advance(1.minutes)
            stages shouldHaveSize 1
            stages[0].complete(Unit)
            room.advance(1.seconds)
            stages shouldHaveSize 2
            room.broker.processed("default") shouldBe 1
        }

        test("never more tasks are fetched than there are free slots") {
            val room = Room { concurrency(3) }
            repeat(10) { room.enqueue("a") }
            room.handleAsync { _, _ -> CompletableFuture<Unit>() }
            room.advance(1.minutes)
            room.broker.active("default") shouldHaveSize 3
            room.broker.pending("default") shouldHaveSize 7
        }

        test(
            "an attempt that overruns its timeout is cancelled, failed after the grace, and keeps its slot until it ends",
        ) {
            val room = Room { concurrency(1) }
            val stage = CompletableFuture<Unit>()
            var reason: CancelReason? = null
            room.enqueue("slow", Options.defaults().timeout(10.seconds.java))
            room.enqueue("next")
            room.handleAsync { _, context ->
                context.onCancel { reason = it }
                stage
            }
            room.advance(10.seconds)
            reason shouldBe CancelReason.DEADLINE
            room.broker.active("default") shouldHaveSize 1
            room.advance(1.seconds)
            val failed = room.broker.retrying("default").single()
            failed.task().lastError().get() shouldBe "context deadline exceeded"
            room.broker.pending("default") shouldHaveSize 1
            stage.complete(Unit)
            room.advance(1.seconds)
            room.broker.pending("default").shouldBeEmpty()
        }

        test("a handler that succeeds within the grace has succeeded") {
            val room = Room()
            val stage = CompletableFuture<Unit>()
            room.enqueue("a", Options.defaults().timeout(10.seconds.java))
            room.handleAsync { _, context ->
                context.onCancel { stage.complete(Unit) }
                stage
            }
            room.advance(11.seconds)
            room.broker.processed("default") shouldBe 1
            room.broker.failed("default") shouldBe 0
        }

        test("a task whose deadline has passed fails without being handled") {
            val room = Room()
            var calls = 0
            room.enqueue("a", Options.defaults().deadline(room.time.instant().minusSeconds(5)))
            room.handle { _, _ -> calls++ }
            room.advance(1.seconds)
            calls shouldBe 0
            room.broker.retrying("default").single().task().lastError().get() shouldBe "context deadline exceeded"
        }

        test("the lease of a long task is extended for as long as it runs") {
            val room = Room()
            val stage = CompletableFuture<Unit>()
            room.enqueue("long", Options.defaults().timeout(1.days.java))
            room.handleAsync { _, _ -> stage }
            room.newServer().start { _, _ -> error("nobody else may have it") }
            room.advance(5.hours)
            room.broker.active("default") shouldHaveSize 1
            stage.complete(Unit)
            room.advance(1.seconds)
            room.broker.processed("default") shouldBe 1
        }

        test("a task of a dead worker is taken back after its lease and the allowance, and tried again at once") {
            val room = Room()
            room.enqueue("a")
            fetchAsSomebodyElse(room)
            var handledAfter = -1L
            val dead = room.time.instant()
            room.handle { _, context ->
                if (context.retried() ==
                    1
                ) {
                    handledAfter = room.time.instant().epochSecond - dead.epochSecond
                }
            }
            room.advance(59.seconds)
            handledAfter shouldBe -1
            room.advance(10.seconds)
            (handledAfter in 60..66) shouldBe true
        }

        test("a task of a dead worker that has no retry left is archived") {
            val room = Room()
            room.enqueue("a", Options.defaults().maxRetry(0))
            fetchAsSomebodyElse(room)
            room.handle { _, _ -> error("must not run") }
            room.advance(2.minutes)
            room.broker.archived("default").single().task().lastError().get() shouldBe "asynq: task lease expired"
        }

        test("a task that keeps killing its worker is archived, whatever retries are left") {
            val room = Room { crashLimit(3) }
            room.enqueue("poison")
            room.server.start { _, _ -> error("never fetched: the dead are quicker") }
            room.server.quiet()
            repeat(3) {
                room.broker.archived("default").shouldBeEmpty()
                fetchAsSomebodyElse(room)
                room.advance(2.minutes)
            }
            val text = room.broker.archived("default").single().task().lastError().get()
            text shouldBe "asynq4j: 3 workers in a row have died running this task"
        }

        test("a handler's own failure in between sets the count of crashes back") {
            val room = Room { crashLimit(2).retryPolicy(RetryPolicy.fixed(1.seconds.java)) }
            var calls = 0
            room.enqueue("unlucky")
            fetchAsSomebodyElse(room)
            room.handle { _, _ -> if (calls++ == 0) error("an ordinary failure") else room.server.quiet() }
            room.advance(90.seconds)
            calls shouldBe 2
            room.broker.archived("default").shouldBeEmpty()
        }

        test("an attempt that lost its lease is cancelled, and what it comes to is not written") {
            val room = Room()
            val stage = CompletableFuture<Unit>()
            var reason: CancelReason? = null
            room.enqueue("a", Options.defaults().timeout(1.hours.java))
            room.handleAsync { _, context ->
                context.onCancel { reason = it }
                stage
            }
            room.advance(1.seconds)
            val stolen = room.broker.expired("default", room.time.instant().plusSeconds(60), 10).leases().single()
            val later = room.time.instant().plusSeconds(7_200)
            room.broker.recover(listOf(Ending.Retried(stolen, later, "stolen", true)), later, room.time.instant())
            room.advance(6.seconds)
            reason shouldBe CancelReason.LEASE_LOST
            stage.complete(Unit)
            room.advance(1.seconds)
            room.broker.retrying("default").single().task().lastError().get() shouldBe "stolen"
        }

        test("listeners hear of successes, retries and archived tasks, those of dead workers too") {
            val told = mutableListOf<String>()
            val listener =
                object : TaskListener {
                    override fun completed(task: TaskInfo) {
                        told += "completed ${task.type()}"
                    }

                    override fun retried(task: TaskInfo, failure: Throwable) {
                        told += "retried ${task.type()}: ${failure.message}"
                    }

                    override fun archived(task: TaskInfo, failure: Throwable) {
                        told += "archived ${task.type()}: ${failure.message}"
                    }
                }
            val room = Room { listener(listener).retryPolicy(RetryPolicy.fixed(1.days.java)) }
            room.enqueue("dead", Options.defaults().maxRetry(0))
            fetchAsSomebodyElse(room)
            room.enqueue("good")
            room.enqueue("bad")
            room.handle { task, _ -> if (task.type() == "bad") error("boom") }
            room.advance(2.minutes)
            told shouldContainExactly
                listOf("completed good", "retried bad: boom", "archived dead: asynq: task lease expired")
        }

        test("strict priority works off the heavier queue first") {
            val room =
                Room {
                    queues(mapOf("low" to 1, "high" to 2)).strictPriority(true).concurrency(1)
                }
            val order = mutableListOf<String>()
            repeat(3) {
                room.enqueue("a", Options.defaults().queue("low"))
                room.enqueue("a", Options.defaults().queue("high"))
            }
            room.handle { _, context -> order += context.queue() }
            room.advance(1.minutes)
            order shouldContainExactly listOf("high", "high", "high", "low", "low", "low")
        }

        test("a quiet server works off what it has, and fetches nothing more") {
            val room = Room { concurrency(1) }
            val stage = CompletableFuture<Unit>()
            room.enqueue("a")
            room.enqueue("b")
            room.handleAsync { _, _ -> stage }
            room.advance(1.seconds)
            room.server.quiet()
            stage.complete(Unit)
            room.advance(1.minutes)
            room.server.state() shouldBe ServerState.QUIET
            room.broker.processed("default") shouldBe 1
            room.broker.pending("default") shouldHaveSize 1
            room.broker.servers().single().status() shouldBe "stopped"
        }

        test("closing waits for handlers that end in time") {
            val room = Room()
            val stage = CompletableFuture<Unit>()
            room.enqueue("a")
            room.handleAsync { _, _ -> stage }
            room.advance(1.seconds)
            room.time.after(7.seconds.java) { stage.complete(Unit) }
            room.server.close()
            room.server.state() shouldBe ServerState.CLOSED
            room.broker.processed("default") shouldBe 1
            room.broker.servers().shouldBeEmpty()
            room.time.pendingTimers() shouldBe 0
        }

        test("closing cancels handlers that take too long, and gives their tasks back to the front when they end") {
            val room = Room { concurrency(1) }
            room.enqueue("first")
            room.enqueue("second")
            room.handleAsync { _, context -> failingWhenCancelled(context) }
            room.advance(1.seconds)
            room.server.close()
            room.broker.pending("default").map { it.task().type() } shouldContainExactly listOf("first", "second")
            room.broker.pending("default").first().task().retried() shouldBe 0
            room.broker.failed("default") shouldBe 0
        }

        test("closing does not give back a task whose handler still runs: its lease lapses and it is recovered") {
            val room = Room()
            room.enqueue("a")
            room.handleAsync { _, _ -> CompletableFuture<Unit>() }
            room.advance(1.seconds)
            val before = room.time.instant()
            room.server.close()
            (room.time.instant().epochSecond - before.epochSecond) shouldBe 9
            room.broker.active("default") shouldHaveSize 1

            var again = 0
            room.newServer().start { _, _ ->
                again++
                CompletableFuture.completedFuture(null)
            }
            room.advance(2.minutes)
            again shouldBe 1
        }

        test("a server tells how it fares") {
            val room = Room()
            room.server.health().ready() shouldBe false
            room.handle { _, _ -> }
            room.server.health().problems() shouldContainExactly listOf("the broker has not answered yet")
            room.advance(10.seconds)
            val health = room.server.health()
            health.live() shouldBe true
            health.ready() shouldBe true
            health.lastSuccess().keys shouldContainAll
                setOf("fetcher", "heartbeat", "forwarder", "recoverer", "janitor")
            room.server.quiet()
            room.server.health().problems() shouldContainExactly listOf("the server is not fetching")
            room.server.close()
            room.server.health().problems() shouldContainExactly listOf("the server is CLOSED")
        }

        test("a server that finds no broker is not ready, keeps trying, and then works as if nothing had been") {
            val room = Room()
            room.enqueue("a")
            val away = Outage(room.broker)
            val server = room.newServer(away)
            server.start { _, _ -> CompletableFuture.completedFuture(null) }
            room.advance(1.minutes)
            server.health().ready() shouldBe false
            server.health().live() shouldBe true
            away.over = true
            room.advance(10.seconds)
            server.health().ready() shouldBe true
            room.broker.processed("default") shouldBe 1
        }

        test("a server is started once, and not after it was closed") {
            val room = Room()
            room.handle { _, _ -> }
            shouldThrow<IllegalStateException> { room.handle { _, _ -> } }.message shouldBe
                "a server is started once, and this one is RUNNING"
            room.server.close()
            room.server.close()
            shouldThrow<IllegalStateException> { room.handle { _, _ -> } }.message shouldBe
                "a server is started once, and this one is CLOSED"
        }
    })

/** A broker that does not answer its engine's questions, until it does. */
private class Outage(
    private val broker: Broker,
) : Broker by broker {
    var over = false

    override fun fetch(demand: Demand) = answered { broker.fetch(demand) }

    override fun forward(queue: String, now: Instant, limit: Int) = answered { broker.forward(queue, now, limit) }

    private fun <T> answered(ask: () -> T): T = if (over) ask() else throw BrokerUnavailableException("away", null)
}

private fun fetchAsSomebodyElse(room: Room) {
    val now = room.time.instant()
    val demand = Demand(listOf(Demand.Share("default", 1)), now, now.plusSeconds(30), "dead-1")
    room.broker.fetch(demand) shouldHaveSize 1
}

private fun failingWhenCancelled(context: TaskContext): CompletionStage<Unit> {
    val stage = CompletableFuture<Unit>()
    context.onCancel { stage.completeExceptionally(InterruptedException("told to stop")) }
    return stage
}
