package io.asynq4j.limit

import io.asynq4j.handler.AsyncHandler
import io.asynq4j.handler.CancelReason
import io.asynq4j.server.Room
import io.asynq4j.server.java
import io.asynq4j.spi.Permits
import io.asynq4j.task.BrokerUnavailableException
import io.asynq4j.task.Options
import io.asynq4j.task.Task
import io.asynq4j.testing.TestContext
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import java.time.Instant
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

/** Takes permits, and cannot be reached when they are to be given back. */
private class Keeper(private val broker: Permits) : Permits by broker {
    override fun releasePermit(scope: String, holder: String, expiresAt: Instant): CompletionStage<Boolean> =
        CompletableFuture.failedFuture(BrokerUnavailableException("gone", null))
}

private fun Room.semaphore(permits: Int, broker: Permits = this.broker) =
    RateSemaphore.of(broker, "mail-api", permits, time)

private fun Room.take(holder: String, lasts: Long) =
    broker.acquirePermit("mail-api", holder, 1, time.instant().plusSeconds(lasts), time.instant())

class RateSemaphoreTest :
    FunSpec({
        test("no more tasks run at a time than there are permits, and those that got none come again uncounted") {
            val room = Room()
            var running = 0
            var most = 0
            repeat(20) { room.enqueue("t", Options.defaults().taskId("t$it").maxRetry(0)) }
            val handler = AsyncHandler<Task> { _, _ ->
                most = maxOf(most, ++running)
                CompletableFuture<Unit>().also { ended ->
                    room.time.after(1.minutes.java) {
                        running--
                        ended.complete(Unit)
                    }
                }
            }
            room.handleAsync(room.semaphore(3).snoozing(5.seconds.java).wrap(handler))

            room.advance(1.hours)

            most shouldBe 3
            room.broker.processed("default") shouldBe 20
            room.broker.failed("default") shouldBe 0
            room.broker.scheduled("default").shouldBeEmpty()
        }

        test("two servers share the permits") {
            val room = Room()
            var running = 0
            var most = 0
            repeat(12) { room.enqueue("t") }
            val handler = AsyncHandler<Task> { _, _ ->
                most = maxOf(most, ++running)
                CompletableFuture<Unit>().also { ended ->
                    room.time.after(20.seconds.java) {
                        running--
                        ended.complete(Unit)
                    }
                }
            }
            listOf(room.server, room.newServer()).forEach { server ->
                server.start(room.semaphore(2).snoozing(1.seconds.java).wrap(handler))
            }
            room.advance(30.minutes)
            most shouldBeLessThanOrEqual 2
            room.broker.processed("default") shouldBe 12
        }

        test("a blocking handler takes a permit and gives it back, however it ends") {
            val room = Room()
            val semaphore = room.semaphore(1)
            val ran = mutableListOf<String>()
            listOf("fails", "works").forEach { room.enqueue("t", Options.defaults().taskId(it).maxRetry(0)) }
            room.handle { _, context ->
                semaphore.acquireOrSnooze(context, 5.seconds.java).use {
                    ran += context.taskId()
                    if (context.taskId() == "fails") error("boom")
                }
            }
            room.advance(1.seconds)
            ran shouldContainExactly listOf("fails", "works")
            room.take("another", 60).toCompletableFuture().join() shouldBe true
        }

        test("a handler that throws at once gives its permit back") {
            val room = Room()
            room.enqueue("t", Options.defaults().maxRetry(0))
            room.handleAsync(room.semaphore(1).snoozing(5.seconds.java).wrap { _, _ -> error("boom") })
            room.advance(1.seconds)
            room.take("another", 60).toCompletableFuture().join() shouldBe true
        }

        test("the permit of a worker that died is free after its deadline") {
            val room = Room()
            room.take("dead", 600)
            var handledAfter = -1L
            val started = room.time.instant()
            room.enqueue("t")
            room.handle { _, context ->
                room.semaphore(1).acquireOrSnooze(context, 10.seconds.java).use {
                    handledAfter = room.time.instant().epochSecond - started.epochSecond
                }
            }
            room.advance(9.minutes)
            handledAfter shouldBe -1
            room.advance(2.minutes)
            (handledAfter in 601..620) shouldBe true
        }

        test("a task that is tried again has its permit still") {
            val room = Room()
            val semaphore = room.semaphore(1)
            val got = mutableListOf<Boolean>()
            room.take("a", 3600)
            room.enqueue("t", Options.defaults().taskId("a"))
            room.handle { _, context ->
                got += semaphore.acquire(context)
                got += semaphore.release(context)
                got += semaphore.release(context)
            }
            room.advance(1.seconds)
            got shouldContainExactly listOf(true, true, false)
        }

        test("an attempt that ends after its deadline leaves the permit alone that the next one has") {
            val room = Room()
            val semaphore = room.semaphore(1)
            fun attempt() = TestContext.of("t").taskId("a").deadline(room.time.instant().plusSeconds(60))
            val work = mutableListOf<CompletableFuture<Unit>>()
            val wrapped = semaphore.snoozing(5.seconds.java).wrap { _, _ ->
                CompletableFuture<Unit>().also { work += it }
            }
            val late = attempt()
            val permit = semaphore.acquireOrSnooze(late, 5.seconds.java)
            wrapped.handle(Task.of("t"), late)

            room.advance(2.minutes)
            val next = attempt()
            wrapped.handle(Task.of("t"), next)
            permit.close()
            work.first().complete(Unit)
            semaphore.release(late) shouldBe false
            room.take("another", 60).toCompletableFuture().join() shouldBe false

            work.last().complete(Unit)
            room.take("another", 60).toCompletableFuture().join() shouldBe true
        }

        test("an attempt that is cancelled gives its permit back when it ends, unless the next one has it by then") {
            val room = Room()
            val semaphore = room.semaphore(1)
            fun attempt() = TestContext.of("t").taskId("a").deadline(room.time.instant().plusSeconds(600))
            val stubborn = attempt()
            semaphore.acquire(stubborn) shouldBe true
            stubborn.cancel(CancelReason.OPERATOR)
            room.advance(10.seconds)
            val next = attempt()
            semaphore.acquire(next) shouldBe true
            semaphore.release(stubborn) shouldBe false
            room.take("another", 60).toCompletableFuture().join() shouldBe false
            next.cancel(CancelReason.OPERATOR)
            semaphore.release(next) shouldBe true
            room.take("another", 60).toCompletableFuture().join() shouldBe true
        }

        test("a permit that cannot be given back is no failure of the task") {
            val room = Room()
            val semaphore = room.semaphore(5, Keeper(room.broker))
            repeat(2) { room.enqueue("t", Options.defaults().maxRetry(0)) }
            var first = true
            val closing = AsyncHandler<Task> { _, context ->
                semaphore.acquireOrSnooze(context, 5.seconds.java).close()
                CompletableFuture.completedFuture(Unit)
            }
            val wrapped = semaphore.snoozing(5.seconds.java).wrap { _, _ -> CompletableFuture.completedFuture(Unit) }
            room.handleAsync { task, context ->
                if (first) closing.also { first = false }.handle(task, context) else wrapped.handle(task, context)
            }
            room.advance(1.seconds)
            room.broker.processed("default") shouldBe 2
            room.broker.failed("default") shouldBe 0
        }

        test("a scope must have a name, and a permit at least") {
            val room = Room()
            shouldThrow<IllegalArgumentException> { RateSemaphore.of(room.broker, " ", 1) }.message shouldBe
                "scope must not be blank, and have at most 1024 characters: \" \""
            shouldThrow<IllegalArgumentException> { RateSemaphore.of(room.broker, "x".repeat(1025), 1) }
            shouldThrow<IllegalArgumentException> { RateSemaphore.of(room.broker, "x", 0) }.message shouldBe
                "permits must be at least 1: 0"
        }
    })
