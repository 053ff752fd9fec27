package io.asynq4j.lettuce.campaign

import io.asynq4j.handler.AsyncHandler
import io.asynq4j.handler.TaskContext
import io.asynq4j.redis.campaign.Scale
import io.asynq4j.task.Task
import java.time.Duration
import java.util.concurrent.CancellationException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executors
import java.util.concurrent.ThreadLocalRandom
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicBoolean

/** What workers have to do. A task's type says how its handler behaves; each notes when it starts, and what comes of it. */
internal class Work(private val ledger: Ledger, orders: Orders) : AsyncHandler<Task> {
    private val most = orders.number("work", 20)
    private val long = orders.number("long", 0)
    private val timer = Executors.newScheduledThreadPool(1) { Thread(it, "work").apply { isDaemon = true } }

    override fun handle(task: Task, context: TaskContext): CompletionStage<*> {
        val id = context.taskId()
        ledger.note("start", id)
        if (context.retried() > 0) {
            ledger.note("again", id)
        }
        context.onCancel { reason -> ledger.note("cancelled", "$id $reason") }
        return when (val type = task.type()) {
            "work" -> later(id, ThreadLocalRandom.current().nextInt(most))
            "deaf" -> later(id, long)
            "stubborn" -> wait(id, heeds = false)
            "waits" -> wait(id, heeds = true)
            "heeds" -> later(id, long, context)
            "fails" -> if (context.retried() == 0) failed(id) else later(id, 0)
            else -> error("no such work: $type")
        }
    }

    /** Ends by itself, or else when [until] is cancelled. */
    private fun later(id: String, millis: Int, until: TaskContext? = null): CompletionStage<*> {
        val ended = CompletableFuture<Unit>()
        val over = AtomicBoolean()
        timer.schedule({
            if (over.compareAndSet(false, true)) {
                ledger.note("end", id)
                ended.complete(Unit)
            }
        }, millis.toLong(), TimeUnit.MILLISECONDS)
        until?.onCancel {
            if (over.compareAndSet(false, true)) {
                ledger.note("stopped", id)
                ended.completeExceptionally(CancellationException())
            }
        }
        return ended
    }

    /** Holds its thread. Interrupted, it ends if it [heeds] that. */
    private fun wait(id: String, heeds: Boolean): CompletionStage<*> {
        val end = System.nanoTime() + Duration.ofMillis(long.toLong()).toNanos()
        while (System.nanoTime() < end) {
            try {
                CountDownLatch(1).await(end - System.nanoTime(), TimeUnit.NANOSECONDS)
            } catch (told: InterruptedException) {
                if (heeds) {
                    ledger.note("stopped", id)
                    throw told
                }
            }
        }
        ledger.note("end", id)
        return CompletableFuture.completedFuture(Unit)
    }

    private fun failed(id: String): CompletionStage<*> {
        ledger.note("stopped", id)
        return CompletableFuture.failedFuture<Unit>(IllegalStateException("the first time"))
    }

    companion object {
        /** What workers are told by a campaign whose handlers may be made quicker, and more at a time, for high rates. */
        fun orders() = mapOf(
            "work" to "${Scale.of("workMillis", short = 20, full = 20)}",
            "concurrency" to "${Scale.of("concurrency", short = 100, full = 100)}",
        )
    }
}
