package io.asynq4j.kotlin

import io.asynq4j.lettuce.LettuceBroker
import io.asynq4j.spi.Broker
import io.asynq4j.spi.Ending
import io.asynq4j.spi.Lease
import io.asynq4j.spi.Settled
import io.asynq4j.task.Task
import io.asynq4j.testing.redis.RedisForTests
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.withContext
import java.time.Instant
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** What a cancelled coroutine does last comes before its task is settled, whatever cancelled it. */
class CancellationRedisTest : FunSpec({
    val redis = autoClose(RedisForTests.start())

    suspend fun story(
        queue: String,
        timeout: Duration = 60.seconds,
        settings: TaskServerSetup.() -> Unit = {},
        cancel: suspend Story.() -> Unit,
    ) {
        val story = Story(LettuceBroker.open(redis.uri()), queue, settings)
        try {
            story.server.start()
            story.broker.taskClient().enqueue(Task.of("long")) {
                this.timeout = timeout
                this.queue = queue
            }
            story.started.await()
            story.cancel()
            eventually(10.seconds) {
                story.said.toList() shouldContainExactly story.expected
            }
        } finally {
            story.server.close()
            story.broker.close()
        }
    }

    test("past the deadline") {
        story("deadline", timeout = 1.seconds) { expected = listOf("DEADLINE", "cleaned up", "settled Retried") }
    }

    test("at shutdown") {
        story("shutdown", settings = { shutdownTimeout = 1.milliseconds }) {
            expected = listOf("SHUTDOWN", "cleaned up", "settled Released")
            server.close()
        }
    }

    test("when the lease is lost, and then nothing is settled") {
        story("lease", settings = { lease = 3.seconds }) {
            expected = listOf("LEASE_LOST", "cleaned up")
            loseLease()
        }
    }
})

/** A server with one handler that waits to be cancelled, and a record of what happens in which order. */
private class Story(opened: Broker, queue: String, settings: TaskServerSetup.() -> Unit) {
    var expected = emptyList<String>()
    val said = ConcurrentLinkedQueue<String>()
    val started = CompletableDeferred<Unit>()
    private val robbed = AtomicBoolean()

    val broker: Broker = object : Broker by opened {
        override fun settle(endings: List<Ending>, now: Instant): List<Settled> {
            endings.forEach { said += "settled ${it.javaClass.simpleName}" }
            return opened.settle(endings, now)
        }

        override fun extend(leases: List<Lease>, expiresAt: Instant): List<Lease> =
            if (robbed.get()) leases else opened.extend(leases, expiresAt)
    }

    val server = taskServer(broker) {
        queues(queue to 1)
        cancelGrace = 10.seconds
        settings()
        handle("long") {
            try {
                started.complete(Unit)
                awaitCancellation()
            } catch (cancelled: TaskCancellation) {
                said += "${cancelled.reason}"
                throw cancelled
            } finally {
                withContext(NonCancellable) { delay(100) }
                said += "cleaned up"
            }
        }
    }

    fun loseLease() = robbed.set(true)
}
