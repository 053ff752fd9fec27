package io.asynq4j.kotlin

import io.asynq4j.spi.Broker
import io.asynq4j.spi.Ending
import io.asynq4j.spi.Settled
import io.asynq4j.task.Options
import io.asynq4j.task.Task
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.withContext
import java.time.Instant
import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration

/**
 * A server with one slot, a handler in it that waits to be cancelled and then takes its time to clean up, also where it
 * [succeeds] all the same, and another task that waits for the slot.
 */
internal class CancellationStory(
    opened: Broker,
    private val queue: String,
    private val cleanUp: Duration = 500.milliseconds,
    private val succeeds: Boolean = false,
    private val stamp: () -> String = { "" },
) {
    /** What happens, in this order. */
    val said = ConcurrentLinkedQueue<String>()
    val started = CompletableDeferred<Unit>()

    val broker: Broker = object : Broker by opened {
        override fun settle(endings: List<Ending>, now: Instant): List<Settled> {
            endings.forEach { say("${it.javaClass.simpleName} ${it.lease().message().type()}") }
            return opened.settle(endings, now)
        }
    }

    fun tasks(timeout: Duration = 1.minutes): List<Task> = listOf("long", "next").map {
        Task.of(it).with(Options.defaults().queue(queue).timeout(timeout.toJavaDuration()).taskId(it))
    }

    fun TaskServerSetup.handlers() {
        queues(queue to 1)
        concurrency = 1
        shutdownTimeout = 1.milliseconds
        cancelGrace = 10.seconds
        handle("long") {
            try {
                started.complete(Unit)
                awaitCancellation()
            } catch (cancelled: TaskCancellation) {
                say("${cancelled.reason}")
                if (!succeeds) throw cancelled
            } finally {
                say("finally")
                withContext(NonCancellable) {
                    delay(cleanUp)
                    say("cleaned up")
                }
            }
        }
        handle("next") { say("next runs") }
    }

    private fun say(what: String) {
        said += what + stamp()
    }
}
